import { cn } from "@/lib/cn";

export type SwitchProps = {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  id?: string;
  className?: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
};

/** On or off, at once. Name it with a `Label htmlFor`, or with `aria-label`. */
export function Switch({ checked, onCheckedChange, className, ...rest }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      onClick={() => onCheckedChange(!checked)}
      className={cn(
        "relative inline-flex h-6 w-10 shrink-0 items-center rounded-full border transition-colors duration-100 disabled:opacity-55",
        checked ? "border-primary bg-primary" : "border-input bg-card",
        className,
      )}
      {...rest}
    >
      <span
        aria-hidden
        className={cn(
          "block size-4 rounded-full transition-transform duration-100",
          checked ? "translate-x-[1.125rem] bg-primary-foreground" : "translate-x-1 bg-input",
        )}
      />
    </button>
  );
}
