// Second as a process with a private data folder, and a person who uses its API.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { end, freePort, start, until } from "./support.mjs";

export class Second {
  /**
   * @param folder where this server keeps its data; the same folder again gives the same data.
   * @param agent the executable that plays the coding agent.
   */
  static start(settings, folder, agent, { metrics = false } = {}) {
    const environment = { ...Second.environment(settings, folder), ...Second.playing(agent) };
    return Second.launch(settings, "up", environment, { metrics });
  }

  /** What every process gets; nothing of this process's own environment beyond it. */
  static environment(settings, folder) {
    mkdirSync(folder, { recursive: true });
    return {
      PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8",
      SECOND_DATA_DIR: folder, SECOND_TOOLCHAIN_DIR: settings.toolchain,
      SECOND_RESOURCES_DIR: process.env.SECOND_RESOURCES_DIR, SECOND_LOG_LEVEL: "error",
    };
  }

  /** The agent that plays here asks no model: nothing is sent anywhere, and a self-test could only fail. */
  static playing(agent) {
    return { SECOND_RUNTIME_SELF_TEST: "0", SECOND_CLAUDE_PATH: agent, ANTHROPIC_API_KEY: "not-a-key", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
  }

  /**
   * Starts `second COMMAND` and waits until `page` answers 200.
   * @param metrics whether it counts what it does; see `spent`.
   */
  static async launch(settings, command, environment, { page = "/onboarding/intro", metrics = false } = {}) {
    const port = await freePort();
    const env = { ...environment };
    const metricsPort = metrics ? await freePort() : undefined;
    if (metrics) env.SECOND_METRICS_PORT = String(metricsPort);
    for (const name of Object.keys(env)) if (env[name] === undefined) delete env[name];
    const began = performance.now();
    const child = start(settings.binary, [command, "--port", String(port), "--host", "127.0.0.1"], { env });
    const second = new Second(child, port);
    second.metricsPort = metricsPort;
    await until("the first page", 60_000, async () => {
      if (child.exitCode !== null) throw new Error(`Second ended: ${child.said}`);
      try {
        const answer = await fetch(second.url + page, { redirect: "manual" });
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

  /** Makes a run of the app and answers its path. */
  async createRun(app) {
    const runs = `/api/workspaces/${this.workspace}/apps/${app}/runs`;
    return `${runs}/${(await this.json("POST", runs, {})).id}`;
  }

  /** Sends a run its first message; answers the stream of the turn. */
  async send(path, text) {
    const body = { messages: [{ id: "u1", role: "user", parts: [{ type: "text", text }] }] };
    const answer = await this.ask("POST", `${path}/chat`, body);
    if (!answer.ok) throw new Error(`The turn did not start: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Starts a turn whose agent does what the text says (see agent.cjs); answers the path of its run. */
  async turn(app, text) {
    const path = await this.createRun(app);
    return { path, answer: await this.send(path, text) };
  }

  /** Seconds that the process has spent in its operations of the `database` or the `bus`, all together. */
  async spent(part) {
    const text = await (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
    const sums = text.matchAll(new RegExp(`^second_${part}_operation_duration_seconds_sum\\S* (\\S+)$`, "gm"));
    return [...sums].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  end() { return end(this.child); }
}
