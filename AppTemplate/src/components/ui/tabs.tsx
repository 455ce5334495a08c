import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";

import { cn } from "@/lib/cn";

export type Tab = { value: string; label: ReactNode; content?: ReactNode; disabled?: boolean };

export type TabsProps = {
  tabs: readonly Tab[];
  value: string;
  onValueChange: (value: string) => void;
  /** What the tabs choose between, for screen readers. */
  label: string;
  className?: string;
};

/** Tabs with the usual keys: arrows, Home and End move, and what has the focus is shown. */
export function Tabs({ tabs, value, onValueChange, label, className }: TabsProps) {
  const id = useId();
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const shown = tabs.find((tab) => tab.value === value);

  function move(event: KeyboardEvent) {
    const usable = tabs.filter((tab) => !tab.disabled);
    const index = usable.findIndex((tab) => tab.value === value);
    const step: Record<string, number> = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: usable.length - 1 };
    const target = step[event.key];
    if (target === undefined || usable.length === 0) return;
    event.preventDefault();
    const next = usable[(target + usable.length) % usable.length];
    onValueChange(next.value);
    buttons.current.get(next.value)?.focus();
  }

  return (
    <div className={className}>
      <div role="tablist" aria-label={label} onKeyDown={move} className="flex gap-1 overflow-x-auto shadow-[inset_0_-1px_var(--border)]">
        {tabs.map((tab) => {
          const selected = tab.value === value;
          return (
            <button
              key={tab.value}
              ref={(element) => {
                if (element) buttons.current.set(tab.value, element);
                else buttons.current.delete(tab.value);
              }}
              type="button"
              role="tab"
              id={`${id}-${tab.value}-tab`}
              aria-selected={selected}
              aria-controls={selected && shown?.content !== undefined ? `${id}-${tab.value}-panel` : undefined}
              tabIndex={selected ? 0 : -1}
              disabled={tab.disabled}
              onClick={() => onValueChange(tab.value)}
              className={cn(
                "border-b-2 px-3 py-2 text-[0.8125rem] font-medium whitespace-nowrap transition-colors duration-100 -outline-offset-2",
                selected
                  ? "border-primary text-foreground"
                  : "border-transparent text-muted-foreground hover:text-foreground disabled:opacity-55",
              )}
            >
              {tab.label}
            </button>
          );
        })}
      </div>
      {shown?.content !== undefined && (
        <div role="tabpanel" id={`${id}-${shown.value}-panel`} aria-labelledby={`${id}-${shown.value}-tab`} className="pt-4">
          {shown.content}
        </div>
      )}
    </div>
  );
}
