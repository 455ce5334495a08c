// A database and a bus for the distributed shape, on loopback, with their data in a folder of their own.
//
// The database is SecantusDB, which speaks MongoDB's protocol and is written in Python: no figure beside it is MongoDB's.
import { accessSync, mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { end, freePort, start, until } from "./support.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Python environment with the database server and its client; `scripts/setup bench` makes it. */
export const python = process.env.SECOND_TEST_PYTHON ?? join(root, ".venv", "bin", "python");

export class Servers {
  static async start(folder) {
    const program = join(dirname(python), "secantusd-py");
    try {
      accessSync(program);
    } catch {
      throw new Error(`${program} is not there; scripts/setup bench installs it`);
    }
    mkdirSync(folder, { recursive: true });
    const servers = new Servers();
    servers.mongoPort = await freePort();
    servers.mongo = start(program, ["--port", `${servers.mongoPort}`, "--storage-path", join(folder, "mongo")]);
    servers.redisPort = await freePort();
    servers.redis = start("redis-server", [
      "--bind", "127.0.0.1", "--port", `${servers.redisPort}`, "--dir", folder, "--save", "", "--appendonly", "no",
    ]);
    await answers(servers.mongo, servers.mongoPort);
    await answers(servers.redis, servers.redisPort);
    return servers;
  }

  database(name = "second") { return `mongodb://127.0.0.1:${this.mongoPort}/${name}?directConnection=true`; }

  get bus() { return `redis://127.0.0.1:${this.redisPort}`; }

  async end() {
    await end(this.mongo);
    await end(this.redis);
  }
}

/** Processor seconds that a process has used so far. */
export function processorSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return NaN; // No /proc on this system.
  }
}

async function answers(server, port) {
  await until(`port ${port}`, 60_000, () => {
    if (server.exitCode !== null) throw new Error(`A server ended: ${server.said}${server.wrote}`);
    return new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
      socket.on("error", () => resolve(false));
    });
  }, 50);
}
