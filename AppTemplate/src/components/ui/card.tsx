import type { HTMLAttributes } from "react";

import { cn } from "@/lib/cn";

type Props = HTMLAttributes<HTMLDivElement>;

export function Card({ className, ...rest }: Props) {
  return <div className={cn("rounded-lg border bg-card text-card-foreground", className)} {...rest} />;
}

export function CardHeader({ className, ...rest }: Props) {
  return <div className={cn("flex flex-col gap-1 p-4", className)} {...rest} />;
}

export function CardTitle({ className, children, ...rest }: HTMLAttributes<HTMLHeadingElement>) {
  return (
    <h2 className={cn("text-base font-semibold", className)} {...rest}>
      {children}
    </h2>
  );
}

export function CardDescription({ className, ...rest }: HTMLAttributes<HTMLParagraphElement>) {
  return <p className={cn("text-[0.8125rem] text-muted-foreground", className)} {...rest} />;
}

export function CardContent({ className, ...rest }: Props) {
  return <div className={cn("p-4 pt-0", className)} {...rest} />;
}

export function CardFooter({ className, ...rest }: Props) {
  return <div className={cn("flex items-center gap-2 border-t p-4", className)} {...rest} />;
}
