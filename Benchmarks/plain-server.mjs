// The other side of the ratios: Node's own http server, with the least it can do.
//   plain-server.mjs list FILE            answers /parsed (JSON.stringify each time) and /constant
//   plain-server.mjs stream EVERY_MS      one source, every connection a viewer of it
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [kind, argument] = process.argv.slice(2);
let answer;

if (kind === "list") {
  const text = readFileSync(argument, "utf8");
  const parsed = JSON.parse(text);
  const constant = Buffer.from(text);
  answer = (request, response) => {
    const body = request.url === "/constant" ? constant : Buffer.from(JSON.stringify(parsed));
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
    response.end(body);
  };
} else {
  const viewers = new Set();
  setInterval(() => {
    const frame = `data: {"type":"text-delta","id":"t","delta":"@${process.hrtime.bigint()}@ a few words "}\n\n`;
    for (const viewer of viewers) viewer.write(frame);
  }, Number(argument));
  answer = (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write(": ok\n\n");
    viewers.add(response);
    response.on("close", () => viewers.delete(response));
  };
}

const server = createServer(answer);
server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => console.log(server.address().port));
