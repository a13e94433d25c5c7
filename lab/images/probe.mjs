// The witness of the lab's tests: asks every task of TARGET that the overlay network's DNS names, all the time, over
// fresh connections, and keeps what it saw. EVERY_MS (200), TIMEOUT_MS (1000), TARGET_PORT (8080), PORT (8080).
// GET /log is a list of {at, address, ok, task, startedAt, error}: one entry per address and round; entries of one
// round share `at` (milliseconds since the epoch). GET /log?since=AT leaves out what is not newer.
// A round in which no address was found has one entry with the address null.
/* global AbortSignal, process, setInterval, URL */
import { Resolver } from "node:dns/promises";
import { createServer, get } from "node:http";

const target = process.env.TARGET;
if (!target) throw new Error("TARGET: name the service to ask");
const everyMs = Number(process.env.EVERY_MS ?? 200);
const timeoutMs = Number(process.env.TIMEOUT_MS ?? 1000);
const targetPort = Number(process.env.TARGET_PORT ?? 8080);
const KEEP = 200_000;
const log = [];
const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });

setInterval(() => void round(Date.now()), everyMs);
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://probe");
  const since = Number(url.searchParams.get("since") ?? 0);
  response.writeHead(200, { "content-type": "application/json", connection: "close" });
  response.end(
    JSON.stringify(
      url.pathname === "/log" ? log.filter(({ at }) => at > since) : { target, kept: log.length },
    ),
  );
});
server.listen(Number(process.env.PORT ?? 8080));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));

// The whole round is written at once, so that a reader never sees a part of one and every round is there once over.
async function round(at) {
  const entries = await addresses()
    .then((found) => Promise.all(found.map((address) => ask(at, address))))
    .catch((fault) => [{ at, address: null, ok: false, error: String(fault.code ?? fault.message) }]);
  log.push(...entries);
  if (log.length > KEEP) log.splice(0, log.length - KEEP);
}

async function addresses() {
  return (await resolver.resolve4(`tasks.${target}`)).sort();
}

function ask(at, address) {
  return new Promise((resolve) => {
    const failed = (fault) => resolve({ at, address, ok: false, error: String(fault.code ?? fault.message) });
    // No agent: a kept connection would prove that an old one still works, not that a new client is served.
    const request = get({
      host: address,
      port: targetPort,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on("error", failed);
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text) => (body += text));
      response.on("error", failed);
      response.on("end", () => {
        try {
          const { task, startedAt } = JSON.parse(body);
          resolve({ at, address, ok: response.statusCode === 200, task, startedAt });
        } catch (fault) {
          failed(fault);
        }
      });
    });
  });
}
