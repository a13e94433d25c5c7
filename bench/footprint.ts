/**
 * What each library costs the agent in resident memory: a bundle of a bare HTTP server that looks around once a second,
 * alone and with one library each, as the agent's own bundle is made. Decision record 4 rests on it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";

const SETTLE_SECONDS = 4;

const SERVER = `
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const server = createServer((request, response) => { response.end(readFileSync("/proc/stat")); });
server.listen(0, "127.0.0.1", async () => { for (let i = 0; i < 10; i += 1) await get(server.address().port); });
setInterval(() => readFileSync("/proc/stat", "utf8").split("\\n"), 1000);
async function get(port) { const { get } = require("node:http"); await new Promise((done) => get({ port }, (answer) => answer.resume().on("end", done))); }
`;

const LIBRARIES: Readonly<Record<string, string>> = {
  nothing: "",
  pino: `import { pino } from "pino"; pino({ level: "error" }).info("x");`,
  zod: `import * as z from "zod"; z.strictObject({ a: z.string().transform((x) => x) }).parse({ a: "1" });`,
  "prom-client, registry and counter": `import Registry from "prom-client/lib/registry.js"; import Counter from "prom-client/lib/counter.js"; new Counter({ name: "a_total", help: "A.", registers: [new Registry()] }).inc();`,
  "prom-client, whole": `import { Registry, Counter } from "prom-client"; new Counter({ name: "a_total", help: "A.", registers: [new Registry()] }).inc();`,
  express: `import express from "express"; express();`,
  dockerode: `import Docker from "dockerode"; new Docker({ socketPath: "/nonexistent" }).ping().catch(() => {});`,
  axios: `import axios from "axios"; axios.get("http://127.0.0.1:1").catch(() => {});`,
};

const folder = mkdtempSync(join(tmpdir(), "ballast-footprint-"));
try {
  console.log(`${"with".padEnd(36)}${"bundle kB".padStart(10)}${"RSS MB".padStart(9)}${"more".padStart(7)}`);
  let bare: number | null = null;
  for (const [name, code] of Object.entries(LIBRARIES)) {
    const file = bundle(code);
    const megabytes = await residentMb(file);
    bare ??= megabytes;
    const cells = [(statSync(file).size / 1000).toFixed(0).padStart(10), megabytes.toFixed(1).padStart(9)];
    console.log(name.padEnd(36) + cells.join("") + (megabytes - bare).toFixed(1).padStart(7));
  }
} finally {
  rmSync(folder, { recursive: true });
}

function bundle(code: string): string {
  const outfile = join(folder, "main.cjs");
  buildSync({
    stdin: { contents: `${code}\n${SERVER}`, resolveDir: join(import.meta.dirname, "..") },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    loader: { ".node": "empty" },
    logLevel: "error",
    outfile,
  });
  return outfile;
}

async function residentMb(file: string): Promise<number> {
  const child = spawn(process.execPath, ["--max-semi-space-size=1", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await sleep(SETTLE_SECONDS * 1000);
    if (child.exitCode !== null) throw new Error(`the server of ${file} ended`);
    const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
    return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
