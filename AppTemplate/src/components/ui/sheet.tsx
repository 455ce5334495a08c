import { useId, type ReactNode } from "react";

import { cn } from "@/lib/cn";
import { Button } from "./button";
import { Icon } from "./icon";
import { useModal } from "./modal";

export type SheetProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** A modal panel at the end of the window, for the details of one thing. */
export function Sheet({ open, onClose, title, description, footer, className, children }: SheetProps) {
  const ref = useModal(open, onClose);
  const id = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      className={cn(
        "mr-0 h-dvh max-h-none w-[min(26rem,100vw)] max-w-none border-l bg-popover p-0 text-popover-foreground shadow-float open:animate-slide-in",
        className,
      )}
    >
      {open && (
        <div className="flex h-full flex-col">
          <header className="flex items-start gap-4 border-b p-6 pb-4">
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
          <div className="min-h-0 flex-1 overflow-y-auto p-6">{children}</div>
          {footer && <footer className="flex justify-end gap-2 border-t p-4">{footer}</footer>}
        </div>
      )}
    </dialog>
  );
}
