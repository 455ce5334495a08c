import { useId, type ReactNode } from "react";

import { cn } from "@/lib/cn";
import { Button } from "./button";
import { Icon } from "./icon";
import { useModal } from "./modal";

export type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** The buttons; the main one last. */
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** A modal dialog: named, closed by Escape, by its button or by a press beside it. */
export function Dialog({ open, onClose, title, description, footer, className, children }: DialogProps) {
  const ref = useModal(open, onClose);
  const id = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      className={cn(
        "w-[min(30rem,calc(100vw-2rem))] rounded-lg border bg-popover p-0 text-popover-foreground shadow-float open:animate-rise",
        className,
      )}
    >
      {open && (
        <>
          <header className="flex items-start gap-4 p-6 pb-4">
            <div className="grid flex-1 gap-1">
              <h2 id={`${id}-title`} className="text-base font-semibold">
                {title}
              </h2>
              {description && (
                <p id={`${id}-description`} className="text-[0.8125rem] text-muted-foreground">
                  {description}
                </p>
              )}
            </div>
            <Button variant="ghost" size="icon" aria-label="Close" className="-mt-1 -mr-2" onClick={() => ref.current?.close()}>
              <Icon name="x" />
            </Button>
          </header>
          {children && <div className="px-6 pb-6">{children}</div>}
          {footer && <footer className="flex justify-end gap-2 border-t px-6 py-4">{footer}</footer>}
        </>
      )}
    </dialog>
  );
}
