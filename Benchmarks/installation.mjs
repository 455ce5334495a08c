// Second in both of its shapes, with one person signed in: embedded is one process; distributed is two webs and two
// workers over a database and a bus, all on this machine.
import { join } from "node:path";
import { Second } from "./second.mjs";
import { Servers, processorSeconds } from "./servers.mjs";
import { until } from "./support.mjs";

export class Installation {
  /** Two webs to ask, which are one and the same in the embedded shape. */
  webs = [];
  workers = [];

  /** Does the work on each shape, one after the other, and answers both results. */
  static async onBoth(bench, name, work) {
    const results = [];
    for (const make of [Installation.embedded, Installation.distributed]) {
      const installation = await make(bench, name);
      results.push(await work(installation));
      await installation.end();
    }
    return results;
  }

  static async embedded(bench, name) {
    const installation = new Installation();
    installation.folder = join(bench.folder, `${name}-embedded`);
    const second = await Second.start(bench.settings, installation.folder, bench.agent, { metrics: true });
    installation.webs = [second, second];
    await second.settle();
    return installation;
  }

  static async distributed(bench, name) {
    const installation = new Installation();
    const folder = join(bench.folder, `${name}-distributed`);
    installation.servers = await Servers.start(folder);
    for (const number of [1, 2]) {
      installation.workers.push(
        await Installation.worker(bench, installation.servers, join(folder, `worker-${number}`)));
    }
    const [{ url }] = installation.workers;
    for (const number of [1, 2]) {
      installation.webs.push(
        await Installation.web(bench, installation.servers, join(folder, `web-${number}`), url, { metrics: true }));
    }
    const [first, second] = installation.webs;
    for (const web of installation.webs) {
      await until("database, bus and worker", 60_000, async () => {
        const answer = await web.ask("GET", "/api/ready");
        await answer.text();
        return answer.status === 200;
      }, 100);
    }
    await first.settle();
    // One secret signs for both webs.
    second.cookies = first.cookies;
    second.workspace = first.workspace;
    return installation;
  }

  static worker(bench, servers, folder) {
    const environment = {
      ...shared(bench, servers, folder), ...Second.playing(bench.agent), SECOND_WORKER_DRAIN_SECONDS: "2",
    };
    return Second.launch(bench.settings, "worker", environment, { page: "/health" });
  }

  static web(bench, servers, folder, worker, { database, metrics } = {}) {
    const environment = {
      ...shared(bench, servers, folder), SECOND_AUTH_MODE: "none", SECOND_PUBLIC_URL: "http://localhost:3000",
      SECOND_NO_AUTH_SESSION_SECRET: "bench-secret-".repeat(3), MONGODB_URI: servers.database(database),
      WORKER_URL: worker,
    };
    return Second.launch(bench.settings, "web", environment, { metrics });
  }

  get isDistributed() { return this.servers !== undefined; }

  /** What the webs waited for since the last call, and what the database server worked, in milliseconds. */
  async costs() {
    const now = { database: 0, bus: 0, server: NaN };
    for (const web of new Set(this.webs)) {
      now.database += 1000 * await web.spent("database");
      now.bus += 1000 * await web.spent("bus");
    }
    if (this.isDistributed) now.server = 1000 * processorSeconds(this.servers.mongo.pid);
    const before = this.before ?? now;
    this.before = now;
    return Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value - before[name]]));
  }

  async end() {
    await Promise.all([...new Set(this.webs)].map((web) => web.end()));
    await Promise.all(this.workers.map((worker) => worker.end()));
    await this.servers?.end();
  }
}

function shared(bench, servers, folder) {
  return {
    ...Second.environment(bench.settings, folder), INTERNAL_API_TOKEN: "bench-token-".repeat(3), REDIS_URL: servers.bus,
  };
}
