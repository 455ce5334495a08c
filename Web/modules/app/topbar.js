// The bar above an app: its name, what the builder does, and the ways to everything else.

import { announce, find, on } from "../dom.js";
import { toast } from "../toasts.js";

export function mount(root) {
  const boot = JSON.parse(find("#bootstrap").textContent);
  const title = document.title;
  const work = find("[data-part=work]", root);

  on(root, "click", "[data-act=files]", () => announce("second:show-files", {}));
  on(document, "click", "[data-act=versions]", () => {
    find("#app-more").hidePopover();
    announce("second:show-versions", {});
  });
  on(document, "click", "[data-act=copy-link]", async () => {
    find("#app-more").hidePopover();
    try {
      await navigator.clipboard.writeText(location.origin + location.pathname);
      toast("Link copied.");
    } catch {
      toast("The browser did not allow copying.", { kind: "bad" });
    }
  });
  on(document, "click", "[data-act=rename-app], [data-act=delete-app]", (event, button) => {
    find("#app-more")?.hidePopover();
    announce(button.dataset.act === "rename-app" ? "second:rename-app" : "second:delete-app", { _id: boot.appId, name: find("[data-part=name]", root).textContent });
  });

  document.addEventListener("second:run-state", ({ detail }) => {
    const prefix = { waiting: "● Needs you — ", working: "◌ Working — " }[detail.state] ?? "";
    document.title = prefix + title;
    work.hidden = detail.state === "idle";
    work.dataset.state = detail.state;
    find("[data-part=work-text]", work).textContent = detail.state === "waiting" ? "Waiting for you" : "Working…";
  });
  document.addEventListener("second:app-renamed", ({ detail }) => {
    if (detail._id === boot.appId) find("[data-part=name]", root).textContent = detail.name;
  });
  document.addEventListener("second:hint", async ({ detail }) => {
    if (detail?.scope !== "apps" || detail.appId !== boot.appId) return;
    if (detail.type === "app.deleted") {
      toast("This app was deleted.", { kind: "info" });
      location.assign(`/w/${boot.workspaceId}`);
      return;
    }
    const response = await fetch(`/api/workspaces/${boot.workspaceId}/apps/${boot.appId}`, { headers: { accept: "application/json" } });
    if (response.ok) find("[data-part=name]", root).textContent = (await response.json()).name;
  });
}
