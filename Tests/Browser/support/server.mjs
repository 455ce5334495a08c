// A server of 127.0.0.1 with the modules of this working copy, and empty pages into which tests put what they need.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const web = new URL("../../../Web/", import.meta.url);
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const sheets = ["tokens", "base", "shell", "composer", "app"];

export const stylesheets = sheets.map((name) => `<link rel="stylesheet" href="/assets/styles/${name}.css">`).join("");

/** Text of a file below `Web`. */
export const webText = (path) => readFile(new URL(path, web), "utf8");

/** Answers with a file of the page: `path` is what follows `/assets/`. */
export async function sendAsset(path, response) {
  const bytes = await readFile(new URL(path, web));
  response.writeHead(200, { "content-type": types[extname(path)] ?? "text/plain", "cache-control": "max-age=600" });
  response.end(bytes);
}

/** Starts a server on a free port; `handle(request, response)` may fail. Answers `{ address, end }`. */
export async function listen(handle) {
  const http = createServer((request, response) => handle(request, response).catch((error) => response.destroy(error)));
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    http,
    address: `http://127.0.0.1:${http.address().port}`,
    async end() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Pages with nothing but what a test says. */
export class BlankPages {
  static async start(browser) {
    const pages = new BlankPages(browser);
    pages.server = await listen((request, response) => pages.#answer(request, response));
    return pages;
  }

  constructor(browser) {
    this.browser = browser;
    this.routes = new Map();
    this.count = 0;
  }

  end() {
    return this.server.end();
  }

  /**
   * A tab whose `open(body, routes)` shows an empty page with this in its body, and forgets earlier routes: path to
   * `(request, response)`. `another()` is a further tab of the same browser.
   */
  async tab() {
    const page = await this.browser.open();
    const open = (body, routes = {}) => {
      this.routes = new Map(Object.entries(routes));
      this.body = body;
      this.count += 1;
      return page.go(`${this.server.address}/page/${this.count}`);
    };
    return Object.assign(page, { open, another: () => this.tab() });
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.server.address);
    const route = this.routes.get(pathname);
    if (route) return route(request, response);
    if (pathname.startsWith("/assets/")) return this.#asset(pathname.slice(8), response);
    if (!pathname.startsWith("/page/")) return this.#missing(response);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>${stylesheets}
      <script>globalThis.isMounted = true</script></head><body>${this.body}</body></html>`);
  }

  #asset(path, response) {
    return sendAsset(path, response).catch(() => this.#missing(response));
  }

  #missing(response) {
    response.statusCode = 404;
    response.end("{}");
  }
}
