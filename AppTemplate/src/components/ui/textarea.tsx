import { forwardRef, type TextareaHTMLAttributes } from "react";

import { cn } from "@/lib/cn";
import { fieldClasses } from "./input";

export type TextareaProps = TextareaHTMLAttributes<HTMLTextAreaElement>;

export const Textarea = forwardRef<HTMLTextAreaElement, TextareaProps>(function Textarea(
  { className, rows = 3, ...rest },
  ref,
) {
  return <textarea ref={ref} rows={rows} className={cn(fieldClasses, "py-1.5", className)} {...rest} />;
});
