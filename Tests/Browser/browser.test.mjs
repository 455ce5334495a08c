// What needs a document: all of it in one Chromium, because starting one takes longer than most of these tests.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { access } from "./pages/access.mjs";
import { bus } from "./pages/bus.mjs";
import { files } from "./pages/files.mjs";
import { forms } from "./pages/forms.mjs";
import { hostile } from "./pages/hostile.mjs";
import { notices } from "./pages/notices.mjs";
import { preview } from "./pages/preview.mjs";
import { Chromium, missing } from "./support/chromium.mjs";
import { BlankPages } from "./support/server.mjs";

let browser;
let pages;
let page;
before(async () => {
  if (missing) return;
  browser = await Chromium.start();
  pages = await BlankPages.start(browser);
  page = await pages.tab();
});
after(async () => {
  await browser?.end();
  await pages?.end();
});

for (const scenarios of [hostile, notices, preview, bus, files, forms, access]) {
  for (const [name, run] of Object.entries(scenarios)) {
    test(name, { skip: missing, timeout: 60_000 }, async (context) => {
      page.faults.splice(0);
      await run(page, context);
      assert.deepEqual(page.faults.splice(0), []);
    });
  }
}
