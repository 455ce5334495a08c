import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from "react";

import { cn } from "@/lib/cn";
import { Button } from "./button";
import { Icon } from "./icon";

export type ToastTone = "info" | "success" | "error";
export type ToastInput = { title: string; description?: string; tone?: ToastTone };

type Toast = ToastInput & { id: number };
type ShowToast = (toast: ToastInput) => void;

const ToastContext = createContext<ShowToast | null>(null);

/** `const toast = useToast(); toast({ title: "Saved", tone: "success" })` */
export function useToast(): ShowToast {
  const show = useContext(ToastContext);
  if (!show) throw new Error("useToast needs a <ToastProvider> around the app.");
  return show;
}

const marks = {
  info: { icon: "info", className: "text-info" },
  success: { icon: "check", className: "text-success" },
  error: { icon: "alert", className: "text-destructive" },
} as const;

/** Errors stay until they are closed; everything else leaves after six seconds. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextID = useRef(1);
  const timers = useRef(new Set<number>());

  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);

  const show = useCallback<ShowToast>(
    (input) => {
      const id = nextID.current++;
      setToasts((all) => [...all.slice(-3), { ...input, id }]);
      if (input.tone === "error") return;
      const timer = window.setTimeout(() => {
        timers.current.delete(timer);
        close(id);
      }, 6000);
      timers.current.add(timer);
    },
    [close],
  );

  useEffect(() => {
    const running = timers.current;
    return () => running.forEach((timer) => window.clearTimeout(timer));
  }, []);

  return (
    <ToastContext.Provider value={show}>
      {children}
      <div role="status" aria-live="polite" className="fixed right-4 bottom-4 left-4 z-30 grid justify-items-end gap-2">
        {toasts.map((toast) => {
          const mark = marks[toast.tone ?? "info"];
          return (
            <div
              key={toast.id}
              className="flex w-full max-w-sm animate-rise items-start gap-3 rounded-lg border bg-popover p-3 text-popover-foreground shadow-float"
            >
              <Icon name={mark.icon} className={cn("mt-0.5", mark.className)} />
              <div className="grid flex-1 gap-0.5">
                <p className="font-medium">{toast.title}</p>
                {toast.description && <p className="text-[0.8125rem] text-muted-foreground">{toast.description}</p>}
              </div>
              <Button variant="ghost" size="sm" aria-label={`Close: ${toast.title}`} onClick={() => close(toast.id)} className="-my-0.5">
                <Icon name="x" />
              </Button>
            </div>
          );
        })}
      </div>
    </ToastContext.Provider>
  );
}
