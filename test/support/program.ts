import { spawnSync } from "node:child_process";
import { REPOSITORY } from "./repository.ts";

/** Runs a program in the repository's folder; fails with all that it printed unless it succeeds. */
export function mustSucceed(program: string, ...args: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd: REPOSITORY, encoding: "utf8" });
  if (error !== undefined) {
    throw new Error(`cannot run ${program} (${error.message}); run: sh scripts/setup.sh lab`, {
      cause: error,
    });
  }
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${status ?? "a signal"}:\n${stdout}${stderr}`);
}
