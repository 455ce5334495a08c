// Second as a process with a private data folder, and a person who uses its API.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { end, freePort, start, until } from "./support.mjs";

export class Second {
  /**
   * @param folder where this server keeps its data; the same folder again gives the same data.
   * @param agent the executable that plays the coding agent.
   */
  static async start(settings, folder, agent) {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const environment = {
      PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8",
      SECOND_DATA_DIR: folder, SECOND_TOOLCHAIN_DIR: settings.toolchain, SECOND_CLAUDE_PATH: agent,
      SECOND_RESOURCES_DIR: process.env.SECOND_RESOURCES_DIR, SECOND_LOG_LEVEL: "error",
      // The agent that plays here asks no model: nothing is sent anywhere.
      ANTHROPIC_API_KEY: "not-a-key", ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    };
    for (const name of Object.keys(environment)) if (environment[name] === undefined) delete environment[name];
    const began = performance.now();
    const child = start(settings.binary, ["up", "--port", String(port)], { env: environment });
    const second = new Second(child, port);
    await until("the first page", 30_000, async () => {
      if (child.exitCode !== null) throw new Error(`Second ended: ${child.said}`);
      try {
        const answer = await fetch(`${second.url}/onboarding/intro`, { redirect: "manual" });
        await answer.arrayBuffer();
        return answer.status === 200;
      } catch { return false; } // Nobody listens yet.
    }, 2);
    second.firstPage = performance.now() - began;
    return second;
  }

  constructor(child, port) {
    this.child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.cookies = new Map();
  }

  get cookie() { return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "); }

  async ask(method, path, body, type = "application/json") {
    const headers = { cookie: this.cookie, accept: "application/json" };
    if (body !== undefined) headers["content-type"] = type;
    const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(this.url + path, { method, headers, body: payload, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name) this.cookies.set(name, value);
    }
    return answer;
  }

  async json(method, path, body) {
    const answer = await this.ask(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text ? JSON.parse(text) : null;
  }

  /** A person with a workspace of their own, signed in from here on. */
  async settle() {
    await this.json("POST", "/api/onboarding/identity", {
      displayName: "Bench", profileRole: "engineering", email: "bench@example.com",
    });
    await this.json("POST", "/api/onboarding/workspace", { workspaceName: "Bench" });
    await this.json("POST", "/api/onboarding/complete", {});
    this.workspace = (await this.json("GET", "/api/me")).memberships[0].workspaceId;
  }

  createApp(name) {
    return this.json("POST", `/api/workspaces/${this.workspace}/apps`, {
      appName: name, runtimeId: "claude-code", runtimeModel: "claude-opus-4-8",
    });
  }

  /** Starts a turn whose agent does what the text says (see agent.cjs); answers the path of its run. */
  async turn(app, text) {
    const runs = `/api/workspaces/${this.workspace}/apps/${app}/runs`;
    const path = `${runs}/${(await this.json("POST", runs, {})).id}`;
    const body = { messages: [{ id: "u1", role: "user", parts: [{ type: "text", text }] }] };
    const answer = await this.ask("POST", `${path}/chat`, body);
    if (!answer.ok) throw new Error(`The turn did not start: ${answer.status} ${await answer.text()}`);
    return { path, answer };
  }

  end() { return end(this.child); }
}
