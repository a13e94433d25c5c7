import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { access, constants } from "node:fs/promises";

const PROGRAM = "/usr/bin/prometheus-node-exporter";

/** A real node_exporter, on a free port of the loopback. */
export interface NodeExporter {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts Debian's node_exporter; waits until it listens, or fails with what it printed. */
export async function startNodeExporter(flags: readonly string[]): Promise<NodeExporter> {
  await access(PROGRAM, constants.X_OK).catch(() => {
    throw new Error(`${PROGRAM} is needed here and absent; install the package prometheus-node-exporter`);
  });
  const child = spawn(PROGRAM, ["--web.listen-address=127.0.0.1:0", ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return {
    url: `http://${await addressOf(child)}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const log: string[] = [];
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on("line", (line) => {
        log.push(line);
        const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
    }
    child.once("exit", (code) => {
      reject(new Error(`node_exporter ended with ${code ?? "a signal"}:\n${log.join("\n")}`));
    });
  });
}
