// Many viewers of one stream in a process of their own: viewers.mjs PORT PATH COOKIE COUNT SECONDS.
// Connects them all, says "attached", watches for the seconds, writes the delays of the chunks as JSON, and leaves when
// its stdin ends, so that memory can be read while everybody is there. With "end" for SECONDS it watches every chunk until all
// streams have ended, and tells how many each viewer saw.
import { connect } from "node:net";

const [port, path, cookie, count, seconds] = process.argv.slice(2);
const sockets = [];
const delays = [];
const spread = new Map();
const toTheEnd = seconds === "end";
const counts = [];
let since = toTheEnd ? 0 : Infinity;
let disorder = 0;
let watching = Number(count);
let refused = 0;
let reason = "";

function attach() {
  return new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    let rest = "";
    let isThere = false;
    let seen = 0;
    let latest = 0;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => {
      const now = Number(process.hrtime.bigint());
      const text = rest + bytes.toString("latin1");
      if (!isThere) {
        isThere = true;
        if (!text.startsWith("HTTP/1.1 200")) {
          refused += 1;
          reason ||= text.split("\r\n")[0];
        }
        resolve();
      }
      let end = 0;
      for (const match of text.matchAll(/@(\d+)@/g)) {
        end = match.index + match[0].length;
        const written = Number(match[1]);
        if (written < since) continue;
        seen += 1;
        disorder += written > latest ? 0 : 1;
        latest = written;
        delays.push((now - written) / 1e6);
        const times = spread.get(match[1]) ?? { first: now, last: now };
        times.last = now;
        spread.set(match[1], times);
      }
      if (toTheEnd && text.includes("data: [DONE]")) socket.end();
      rest = text.slice(Math.max(end, text.length - 32));
    });
    socket.on("close", () => {
      counts.push(seen);
      watching -= 1;
      if (toTheEnd && watching === 0) report();
    });
    socket.on("error", (error) => {
      refused += isThere ? 0 : 1;
      reason ||= error.code;
      isThere = true;
      resolve();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\n\r\n`);
    sockets.push(socket);
  });
}

for (let made = 0; made < Number(count); made += 50) {
  await Promise.all(Array.from({ length: Math.min(50, Number(count) - made) }, attach));
}
console.log("attached");
if (!toTheEnd) {
  setTimeout(() => {
    since = Number(process.hrtime.bigint());
    setTimeout(report, Number(seconds) * 1000);
  }, 500);
}
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

function report() {
  const widths = [...spread.values()].map((times) => (times.last - times.first) / 1e6);
  const figures = { refused, reason, delays: sample(delays), widths, received: delays.length };
  if (toTheEnd) {
    Object.assign(figures, {
      counts, disorder, spread: [...spread].map(([stamp, times]) => [stamp, [times.first, times.last]]),
    });
  }
  console.log(JSON.stringify(figures));
}

/** At most 20,000 values, evenly taken. */
function sample(values) {
  const step = Math.max(1, Math.ceil(values.length / 20_000));
  return values.filter((_, index) => index % step === 0);
}
