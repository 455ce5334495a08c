// Notices, dialogs and what is kept in the browser.

import assert from "node:assert/strict";

const texts = () => [...document.querySelectorAll('[data-testid="toast"] p')].map((node) => node.textContent);

export const notices = {
  async "a failure stays until it is closed, whatever is said after it"(page) {
    await page.open("");
    await page.run(async () => {
      const { toast } = await import("/assets/modules/toasts.js");
      toast("bad 1", { kind: "bad" });
      for (const text of ["ok 1", "ok 2", "ok 3"]) toast(text);
    });
    assert.deepEqual(await page.run(texts), ["bad 1", "ok 2", "ok 3"]);
    await page.run(async () => {
      const { toast } = await import("/assets/modules/toasts.js");
      for (const text of ["bad 2", "bad 3", "bad 4"]) toast(text, { kind: "bad" });
      toast("ok 4");
    });
    assert.deepEqual(await page.run(texts), ["bad 1", "bad 2", "bad 3"]);
    await page.run(() => document.querySelector('[data-testid="toast"] [aria-label="Close"]').click());
    assert.deepEqual(await page.run(texts), ["bad 2", "bad 3", "bad 4"]);
    await page.run(() => document.querySelector('[data-testid="toast"] [aria-label="Close"]').click());
    assert.deepEqual(await page.run(texts), ["bad 3", "bad 4", "ok 4"]);
  },

  async "a notice that lost pointer and focus goes once, and stays while either is there"(page) {
    await page.open('<button id="out">out</button>');
    const state = await page.run(async () => {
      const { toast } = await import("/assets/modules/toasts.js");
      toast("short", { seconds: 0.2 });
      const node = document.querySelector('[data-testid="toast"]');
      const button = node.querySelector("button");
      button.focus();
      node.dispatchEvent(new PointerEvent("pointerenter"));
      node.dispatchEvent(new PointerEvent("pointerleave"));
      await new Promise((resolve) => setTimeout(resolve, 600));
      const whileFocused = node.isConnected;
      document.querySelector("#out").focus();
      node.dispatchEvent(new PointerEvent("pointerleave"));
      button.focus();
      await new Promise((resolve) => setTimeout(resolve, 600));
      const afterReturn = node.isConnected;
      document.querySelector("#out").focus();
      return { whileFocused, afterReturn };
    });
    assert.deepEqual(state, { whileFocused: true, afterReturn: true });
    await page.until(() => !document.querySelector('[data-testid="toast"]'));
  },

  async "a notice that is closed with the keyboard hands the focus to the next one, the last one back to where it came from"(page) {
    await page.open('<main id="main" tabindex="-1"><button id="before">before</button></main>');
    await page.run(async () => {
      const { toast } = await import("/assets/modules/toasts.js");
      for (const text of ["bad 1", "bad 2", "bad 3"]) toast(text, { kind: "bad" });
      document.querySelector("#before").focus();
      document.querySelectorAll('[data-testid="toast"] [aria-label="Close"]')[1].focus();
    });
    const focused = () => page.run(() => document.activeElement.closest('[data-testid="toast"]')?.querySelector("p").textContent ?? document.activeElement.id);
    for (const next of ["bad 3", "bad 1", "before"]) {
      await page.press("Enter");
      assert.equal(await focused(), next);
    }
    await page.run(async () => {
      const { toast } = await import("/assets/modules/toasts.js");
      toast("bad 4", { kind: "bad" });
      document.querySelector('[data-testid="toast"] [aria-label="Close"]').focus();
      document.querySelector("#before").remove();
    });
    await page.press("Enter");
    assert.equal(await focused(), "main");
  },

  async "Escape closes a dialog, but asks once something was entered"(page) {
    await page.open(`<button id="before">before</button><dialog id="d"><form method="dialog"><input id="name" value="Old" autofocus><input id="box" type="checkbox" checked>
      <input type="search" id="search"></form></dialog>`);
    const open = () => page.run(async () => {
      const { openDialog } = await import("/assets/modules/dialogs.js");
      document.querySelector("#before").focus();
      openDialog(document.querySelector("#d"));
    });
    const isOpen = () => page.run(() => document.querySelector("#d").open);
    await open();
    await page.press("Escape");
    assert.equal(await isOpen(), false, "nothing was entered");
    await open();
    await page.press("End", "x", "Escape");
    assert.equal(await isOpen(), true);
    await page.until(() => document.querySelectorAll("dialog[open]").length === 2);
    assert.equal(await page.run(() => document.activeElement.value), "keep", "the safe button has the focus");
    await page.press("Escape");
    await page.until(() => document.querySelectorAll("dialog[open]").length === 1);
    assert.equal(await page.run(() => `${document.activeElement.id} ${document.activeElement.value}`), "name Oldx");
    // That the question is over is told in a task of its own.
    await page.run(() => new Promise((resolve) => setTimeout(resolve, 100)));
    await page.press("Escape");
    await page.until(() => document.querySelectorAll("dialog[open]").length === 2);
    await page.run(() => document.querySelector("dialog:not(#d) [value=do]").click());
    await page.until(() => !document.querySelector("dialog[open]"));
    await open();
    assert.equal(await page.run(() => document.querySelector("#name").value), "Old", "what was discarded is gone");
    await page.run(() => document.querySelector("#search").focus());
    // The first one empties the search.
    await page.press("s", "Escape", "Escape");
    await page.until(() => !document.querySelector("dialog[open]"));
    await open();
    await page.run(() => document.querySelector("#box").click());
    await page.press("Escape");
    await page.until(() => document.querySelectorAll("dialog[open]").length === 2);
  },

  async "damaged kept settings are as if there were none"(page) {
    await page.open(`<form data-registry='{"runtimes":[{"id":"r","name":"R","defaultModel":"m","models":[{"id":"m","name":"M"}],"controls":[]}]}'>
      <select data-testid="composer-model"></select><button data-params><span data-params-text></span></button><div class="composer-params"></div></form>`);
    for (const damaged of ["{", "null", "7", '"x"', "[]", '{"runtimeId":{},"runtimeModel":["a/b"]}', "\u0000"]) {
      const settings = await page.run(async (damaged) => {
        localStorage.setItem("second:settings", damaged);
        const { ComposerSettings } = await import("/assets/modules/composer-settings.js");
        return new ComposerSettings(document.querySelector("form"), { changed() {}, note() {} }).settings;
      }, damaged);
      assert.deepEqual(settings, { runtimeId: "r", runtimeModel: "m", runtimeParams: {} }, damaged);
    }
  },
};
