// A service's task for the lab: answers who it is, and uses just as much CPU and memory as it was told to.
// LOAD_CPU (cores, at most 1), LOAD_MEMORY_MB, PORT; TASK and SERVICE as Swarm's templates give them.
// GET / says who; GET /load?cpu=0.3&memory_mb=100 changes the load and says it.
/* global Buffer, performance, process, setImmediate, setTimeout, URL */
import { createServer } from "node:http";
import { hostname } from "node:os";

const PERIOD_MS = 100;
const MOST_OWED_MS = 500;
// Burning stops this often to let requests in, so that a busy task still answers at once.
const SLICE_MS = 5;
const startedAt = Date.now();
const load = {
  cpu: cores(process.env.LOAD_CPU ?? "0"),
  memoryMb: megabytes(process.env.LOAD_MEMORY_MB ?? "0"),
};
let held = Buffer.alloc(0);
hold();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://task");
  try {
    if (url.pathname === "/load") change(url.searchParams);
    answer(response, 200, whoAmI());
  } catch (fault) {
    answer(response, 400, { error: fault.message });
  }
});
server.listen(Number(process.env.PORT ?? 8080));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, stop);
burn(performance.now(), used());

function whoAmI() {
  const task = process.env.TASK ?? hostname();
  return { task, hostname: hostname(), service: process.env.SERVICE ?? null, startedAt, load };
}

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(body));
}

function change(parameters) {
  const cpu = cores(parameters.get("cpu") ?? load.cpu);
  const memoryMb = megabytes(parameters.get("memory_mb") ?? load.memoryMb);
  Object.assign(load, { cpu, memoryMb });
  hold();
}

function hold() {
  // Filled with ones: zeroed pages would not be resident.
  if (held.length !== load.memoryMb * 2 ** 20) held = Buffer.alloc(load.memoryMb * 2 ** 20, 1);
}

function used() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

// Each period owes load × its length of CPU time; what the process used by itself counts, so the average is the load.
function burn(since, before, debt = 0) {
  const owed = debt + load.cpu * (performance.now() - since) - (used() - before);
  const [from, base] = [performance.now(), used()];
  // A starved task makes up for little of what it missed: else it would burst long after it got its core back.
  const due = Math.max(Math.min(owed, load.cpu * MOST_OWED_MS), -PERIOD_MS);
  const slice = () => {
    const end = performance.now() + SLICE_MS;
    while (used() - base < due && performance.now() < end);
    if (used() - base < due) return void setImmediate(slice);
    const pause = Math.max(0, PERIOD_MS - (performance.now() - from));
    setTimeout(() => burn(from, base, due), pause);
  };
  slice();
}

function stop() {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 80);
}

function cores(value) {
  return within("cpu", Number(value), 1);
}

function megabytes(value) {
  return within("memory_mb", Number(value), 4096);
}

function within(name, number, most) {
  if (number >= 0 && number <= most) return number;
  throw new Error(`${name}: use a number from 0 to ${most}`);
}
