import { useEffect, useRef } from "react";

/** Keeps a native `<dialog>` open or closed; the browser traps and returns the focus. */
export function useModal(open: boolean, onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // A form is opened to be filled in; without one the browser's choice, the close button, is right.
      dialog.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const closed = () => close.current();
    const pressed = (event: MouseEvent) => {
      if (event.target !== dialog) return;
      const box = dialog.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) dialog.close();
    };
    dialog.addEventListener("close", closed);
    dialog.addEventListener("mousedown", pressed);
    return () => {
      dialog.removeEventListener("close", closed);
      dialog.removeEventListener("mousedown", pressed);
    };
  }, []);

  return ref;
}
