import { forwardRef, type SelectHTMLAttributes } from "react";

import { cn } from "@/lib/cn";
import { Icon } from "./icon";
import { fieldClasses } from "./input";

export type SelectOption = { value: string; label: string; disabled?: boolean };

export interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  /** Either options here, or `<option>` elements as children. */
  options?: readonly (SelectOption | string)[];
}

/** The browser's own select with our look: keyboard, touch and screen readers work as people know it. */
export const Select = forwardRef<HTMLSelectElement, SelectProps>(function Select(
  { options, className, children, ...rest },
  ref,
) {
  return (
    <span className={cn("relative block", className)}>
      <select ref={ref} className={cn(fieldClasses, "h-8 appearance-none pr-8 pointer-coarse:h-11")} {...rest}>
        {options?.map((option) => {
          const { value, label, disabled } = typeof option === "string" ? { value: option, label: option, disabled: false } : option;
          return (
            <option key={value} value={value} disabled={disabled}>
              {label}
            </option>
          );
        })}
        {children}
      </select>
      <Icon name="chevron-down" className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-muted-foreground" />
    </span>
  );
});
