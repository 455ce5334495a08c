import { cloneElement, useId, useState, type KeyboardEvent, type ReactElement } from "react";

import { cn } from "@/lib/cn";

export type TooltipProps = {
  text: string;
  side?: "top" | "bottom";
  /** One element that can have the focus, such as a button. */
  children: ReactElement<{ "aria-describedby"?: string }>;
};

/** A short hint on hover and on focus; Escape hides it. Never the only place where something is said. */
export function Tooltip({ text, side = "top", children }: TooltipProps) {
  const id = useId();
  const [shown, show] = useState(false);
  return (
    <span
      className="relative inline-flex"
      onMouseEnter={() => show(true)}
      onMouseLeave={() => show(false)}
      onFocus={() => show(true)}
      onBlur={() => show(false)}
      onKeyDown={(event: KeyboardEvent) => event.key === "Escape" && show(false)}
    >
      {cloneElement(children, { "aria-describedby": shown ? id : undefined })}
      {shown && (
        <span
          id={id}
          role="tooltip"
          className={cn(
            "pointer-events-none absolute left-1/2 z-20 w-max max-w-60 -translate-x-1/2 rounded-md bg-foreground px-2 py-1 text-xs text-background",
            side === "top" ? "bottom-full mb-1.5" : "top-full mt-1.5",
          )}
        >
          {text}
        </span>
      )}
    </span>
  );
}
