import type { HTMLAttributes } from "react";

import { cn } from "@/lib/cn";

export interface SeparatorProps extends HTMLAttributes<HTMLDivElement> {
  orientation?: "horizontal" | "vertical";
  /** A decorative line says nothing to a screen reader. */
  decorative?: boolean;
}

export function Separator({ orientation = "horizontal", decorative = true, className, ...rest }: SeparatorProps) {
  return (
    <div
      role={decorative ? "none" : "separator"}
      aria-orientation={decorative ? undefined : orientation}
      className={cn("shrink-0 bg-border", orientation === "horizontal" ? "h-px w-full" : "w-px self-stretch", className)}
      {...rest}
    />
  );
}
