// What needs a document: all of it in one Chromium, because starting one takes longer than most of these tests.

import { after, before, test } from "node:test";
import { Chromium, missing } from "./fixture/chromium.mjs";
import { access } from "./pages/access.mjs";
import { bus } from "./pages/bus.mjs";
import { files } from "./pages/files.mjs";
import { forms } from "./pages/forms.mjs";
import { hostile } from "./pages/hostile.mjs";
import { notices } from "./pages/notices.mjs";
import { preview } from "./pages/preview.mjs";

let page;
before(async () => {
  if (!missing) page = await Chromium.start();
});
after(() => page?.close());

for (const scenarios of [hostile, notices, preview, bus, files, forms, access]) {
  for (const [name, run] of Object.entries(scenarios)) {
    test(name, { skip: missing, timeout: 60_000 }, () => run(page));
  }
}
