import { forwardRef, type InputHTMLAttributes } from "react";

import { cn } from "@/lib/cn";

/** The look that text fields share. */
export const fieldClasses = cn(
  "w-full rounded-md border border-input bg-card px-3 text-foreground placeholder:text-subtle-foreground",
  "aria-invalid:border-destructive disabled:opacity-55",
);

export type InputProps = InputHTMLAttributes<HTMLInputElement>;

export const Input = forwardRef<HTMLInputElement, InputProps>(function Input(
  { className, type = "text", ...rest },
  ref,
) {
  return <input ref={ref} type={type} className={cn(fieldClasses, "h-8 pointer-coarse:h-11", className)} {...rest} />;
});
