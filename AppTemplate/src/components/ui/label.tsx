import { cloneElement, useId, type LabelHTMLAttributes, type ReactElement, type ReactNode } from "react";

import { cn } from "@/lib/cn";

export function Label({ className, ...rest }: LabelHTMLAttributes<HTMLLabelElement>) {
  return <label className={cn("text-[0.8125rem] font-medium text-foreground", className)} {...rest} />;
}

export type FieldProps = {
  label: string;
  hint?: ReactNode;
  error?: ReactNode;
  className?: string;
  /** One input, textarea or select; it gets its id and its description from here. */
  children: ReactElement<{ id?: string; "aria-describedby"?: string; "aria-invalid"?: boolean | "true" | "false" }>;
};

/** A form control with its label, and with its hint or error tied to it for screen readers. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const made = useId();
  const id = children.props.id ?? made;
  const note = error ?? hint;
  return (
    <div className={cn("grid content-start gap-1.5", className)}>
      <Label htmlFor={id}>{label}</Label>
      {cloneElement(children, {
        id,
        "aria-describedby": note ? `${id}-note` : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {note && (
        <p id={`${id}-note`} className={cn("text-xs", error ? "text-destructive" : "text-subtle-foreground")}>
          {note}
        </p>
      )}
    </div>
  );
}
