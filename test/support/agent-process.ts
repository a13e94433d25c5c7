import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { REPOSITORY } from "./repository.ts";

/** A real agent, as a process of its own on a free port of the loopback. */
export interface AgentProcess {
  readonly pid: number;
  readonly url: string;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** Starts an agent with these flags from the sources; waits until it listens, or fails with what it printed. */
export async function startAgentProcess(
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<AgentProcess> {
  const args = [join(REPOSITORY, "agent/main.ts"), "--web.listen-address=127.0.0.1:0", ...flags];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  const port = await portOf(child, log);
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function portOf(child: ChildProcess, log: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        log.push(line);
        const port = /"port":(\d+)/.exec(line)?.[1];
        if (port !== undefined && line.includes('"listening"')) resolve(Number(port));
      });
    }
    child.once("exit", (code) => {
      reject(new Error(`the agent ended with ${code ?? "a signal"}:\n${log.join("\n")}`));
    });
  });
}
