// Live updates over several tabs: who reads the stream, who hears of it, and what happens when it ends.

import assert from "node:assert/strict";

/** A stream that the test speaks through. */
function server() {
  const state = { open: new Set(), opened: 0, status: 200 };
  const routes = {
    "/api/workspaces/w/events": (request, response) => {
      if (state.status !== 200) {
        response.statusCode = state.status;
        response.setHeader("content-type", "application/json");
        return response.end('{"error":"refused"}');
      }
      state.opened += 1;
      state.open.add(response);
      request.on("close", () => state.open.delete(response));
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": hello\n\n");
    },
  };
  const say = (event) => [...state.open].forEach((response) => response.write(`data: ${JSON.stringify(event)}\n\n`));
  const cut = () => [...state.open].forEach((response) => response.destroy());
  return { state, routes, say, cut };
}

const strip = '<div class="shell"></div><p data-testid="live-status" hidden>No connection</p>';

const listen = (page, workspace = "w") => page.run(async (workspace) => {
  const bus = await import("/assets/modules/bus.js");
  globalThis.heard = [];
  globalThis.connections = [];
  bus.subscribe(["apps"], (events) => globalThis.heard.push(events.length));
  document.addEventListener("second:connection", ({ detail }) => globalThis.connections.push(detail));
  bus.start(workspace);
}, workspace);

const opened = async (state, count) => {
  for (const end = Date.now() + 20_000; state.opened < count || state.open.size !== 1;) {
    if (Date.now() > end) throw new Error(`${state.opened} streams were opened, ${state.open.size} are open`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

export const bus = {
  async "one tab reads, the others hear of it, and the next takes over when it goes"(page) {
    const { state, routes, say } = server();
    await page.open("", routes);
    await listen(page);
    await opened(state, 1);
    const second = await page.another();
    try {
      await second.open("", routes);
      await listen(second);
      say({ version: 1, workspaceId: "w", scope: "apps" });
      await second.until(() => globalThis.heard.includes(1));
      say({ version: 1, workspaceId: "other", scope: "apps" });
      say({ version: 2, workspaceId: "w", scope: "apps" });
      say({ version: 1, workspaceId: "w", scope: "reviews" });
      await page.until(() => globalThis.heard.length > 0);
      assert.equal(state.opened, 1, "two tabs, one stream");
      // Then as the browser does when the page is left and kept.
      await second.run(() => (globalThis.heard.length = 0));
      await page.run(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
      await opened(state, 2);
      await second.until(() => globalThis.heard.includes(0));
      const before = await second.run(() => globalThis.heard.length);
      await page.run(() => {
        globalThis.heard.length = 0;
        dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      });
      await page.until(() => globalThis.heard.includes(0));
      assert.equal(state.opened, 2, "the one that came back follows");
      say({ version: 1, workspaceId: "w", scope: "apps" });
      await page.until(() => globalThis.heard.includes(1));
      await second.until((before) => globalThis.heard.slice(before).includes(1), before);
      assert.deepEqual(second.faults, []);
    } finally {
      await second.close();
    }
  },

  async "after a lost connection everything that is shown is fetched once more"(page) {
    const { state, routes, cut } = server();
    await page.open("", routes);
    await listen(page);
    await opened(state, 1);
    await page.run(() => (globalThis.heard.length = 0));
    cut();
    await opened(state, 2);
    await page.until(() => globalThis.heard.length > 0 && globalThis.heard.every((count) => count === 0));
  },

  async "who is signed out or no longer a member is told so, and led to sign in when nothing is lost"(page) {
    for (const [status, text] of [[401, /signed out.*Sign in/], [403, /no longer have access/], [404, /no longer have access/]]) {
      const { state, routes, cut } = server();
      await page.open(`${strip}<textarea></textarea>`, routes);
      await page.run(async () => {
        const { bindConnection } = await import("/assets/modules/connection.js");
        bindConnection();
        document.querySelector("textarea").value = "not sent yet";
        sessionStorage.clear();
      });
      await listen(page);
      await opened(state, 1);
      state.status = status;
      cut();
      const said = await page.until(() => !document.querySelector('[data-testid="live-status"]').hidden && document.querySelector('[data-testid="live-status"]').textContent);
      assert.match(said, text);
      assert.equal(await page.run(() => document.querySelector("textarea").value), "not sent yet");
    }
    const { state, routes, cut } = server();
    await page.open(strip, { ...routes, "/": (request, response) => response.end("<title>sign-in</title>") });
    await page.run(async () => {
      (await import("/assets/modules/connection.js")).bindConnection();
      sessionStorage.clear();
    });
    await listen(page);
    await opened(state, 1);
    state.status = 401;
    cut();
    await page.until(() => location.pathname === "/" && document.title === "sign-in");
  },

  async "a refused call tells of a sign-out while the stream is still open, and a later one that the person is back"(page) {
    const { state, routes } = server();
    await page.open(`${strip}<textarea></textarea>`, routes);
    await page.run(async () => {
      (await import("/assets/modules/connection.js")).bindConnection();
      document.querySelector("textarea").value = "not sent yet";
      const bus = await import("/assets/modules/bus.js");
      globalThis.refusal = 404;
      bus.subscribe(["reviews"], () => {
        if (globalThis.refusal) throw Object.assign(new Error("refused"), { status: globalThis.refusal });
      });
    });
    await listen(page);
    await opened(state, 1);
    // Something else may be gone; the workspace is there.
    await page.run(() => dispatchEvent(new Event("focus")));
    await page.run(() => new Promise((resolve) => setTimeout(resolve, 400)));
    assert.deepEqual(await page.run(() => globalThis.connections), []);
    state.status = 401;
    await page.run(() => ((globalThis.refusal = 401), dispatchEvent(new Event("focus"))));
    await page.until(() => /signed out/.test(document.querySelector('[data-testid="live-status"]').textContent));
    state.status = 200;
    await page.run(() => ((globalThis.refusal = 0), dispatchEvent(new Event("focus"))));
    await page.until(() => document.querySelector('[data-testid="live-status"]').hidden);
  },

  async "a refusal that is heard again changes nothing"(page) {
    await page.open(`${strip}<textarea></textarea>`);
    await page.run(async () => {
      (await import("/assets/modules/connection.js")).bindConnection();
      document.querySelector("textarea").value = "not sent yet";
      const { announce } = await import("/assets/modules/dom.js");
      globalThis.refuse = (status) => announce("second:connection", { connected: false, refused: status });
      globalThis.refuse(404);
      globalThis.link = document.querySelector('[data-testid="live-status"] a');
      globalThis.link.focus();
      globalThis.refuse(404);
    });
    assert.ok(await page.run(() => document.activeElement === globalThis.link));
    await page.run(() => globalThis.refuse(401));
    assert.match(await page.run(() => document.querySelector('[data-testid="live-status"]').textContent), /signed out/);
  },

  async "a server that is away is no refusal"(page) {
    const { state, routes, cut } = server();
    await page.open(strip, routes);
    await listen(page);
    await opened(state, 1);
    state.status = 503;
    cut();
    state.status = 503;
    await page.run(() => new Promise((resolve) => setTimeout(resolve, 200)));
    assert.deepEqual(await page.run(() => globalThis.connections.filter((detail) => detail.refused)), []);
    state.status = 200;
    await opened(state, 2);
  },
};
