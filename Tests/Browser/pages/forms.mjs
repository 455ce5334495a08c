// Forms of the first steps, and regions whose module does not start.

import assert from "node:assert/strict";

const form = `<main><form method="post" action="/api/onboarding/identity"><input id="displayName" name="displayName" required minlength="2" maxlength="80" data-message="name">
  <p id="displayName-error" hidden></p><input id="email" name="email" type="email" required data-message="address"><p id="email-error" hidden></p><button type="submit">Go</button></form></main>`;

async function open(page, answer) {
  const asked = [];
  await page.open(form, {
    "/api/onboarding/identity": async (request, response) => {
      let text = "";
      for await (const bytes of request) text += bytes;
      asked.push(JSON.parse(text));
      response.statusCode = answer.status;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer.body));
    },
    "/next": (request, response) => response.end("<title>next</title>"),
  });
  await page.run(async () => (await import("/assets/modules/onboarding/form.js")).mount(document.querySelector("form")));
  return asked;
}

const send = (page, name, email) => page.run((name, email) => {
  document.querySelector("#displayName").value = name;
  document.querySelector("#email").value = email;
  document.querySelector("form").requestSubmit();
}, name, email);

export const forms = {
  async "an address without a dot is refused beside its field, before anything is sent"(page) {
    const asked = await open(page, { status: 200, body: { redirect: "/next" } });
    await send(page, "Ada", "a@b");
    assert.deepEqual(await page.run(() => [document.activeElement.id, document.querySelector("#email-error").textContent, document.querySelector("#displayName-error").hidden]),
      ["email", "address", true]);
    assert.deepEqual(asked, []);
    await send(page, "Ada", "a@b.example");
    await page.until(() => document.title === "next");
    assert.deepEqual(asked, [{ displayName: "Ada", email: "a@b.example" }]);
  },

  async "what the server refuses stays in the form, and the field it names is marked"(page) {
    const answer = { status: 400, body: { error: "invalid_email" } };
    await open(page, answer);
    await send(page, "Ada", "a@b.example");
    await page.until(() => document.querySelector("#email").getAttribute("aria-invalid") === "true");
    assert.deepEqual(await page.run(() => [...document.querySelectorAll("input")].map((field) => [field.value, field.getAttribute("aria-invalid")])),
      [["Ada", null], ["a@b.example", "true"]]);
    Object.assign(answer, { status: 429, body: { error: "rate_limited", message: "Too often. <b>Wait</b>." } });
    await send(page, "Ada", "a@b.example");
    await page.until(() => document.querySelector(".callout.bad"));
    assert.equal(await page.run(() => document.querySelector(".callout.bad").textContent), "Too often. <b>Wait</b>.");
    assert.equal(await page.run(() => document.querySelector("#email").value), "a@b.example");
  },

  async "a region whose module does not start says so, and the one beside it works"(page) {
    await page.open('<section aria-label="Files" data-module="nobody"><p id="kept">as drawn</p></section><aside data-module="settings/page-select"></aside><div data-module="nobody"></div>');
    await page.run(() => import("/assets/modules/boot.js"));
    await page.until(() => document.querySelector("section > .region-failed") && document.querySelector('[data-testid="toast"]'));
    assert.deepEqual(await page.run(() => [document.querySelector(".region-failed span").textContent, document.querySelectorAll(".region-failed").length, document.querySelector("#kept") !== null]),
      ["Files did not start.", 1, true]);
  },
};
