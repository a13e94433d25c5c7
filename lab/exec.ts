import type { ChildProcess, StdioOptions } from "node:child_process";
import { memberOf } from "./faults.ts";
import type { Lab } from "./names.ts";
import { spawnInside } from "./node/namespaces.ts";

/** Starts a command in a node's namespaces, with DOCKER_HOST naming the node's own daemon. */
export function execOn(
  lab: Lab,
  node: string,
  argv: readonly string[],
  stdio: StdioOptions = "inherit",
): ChildProcess {
  return spawnInside(lab.name, memberOf(lab, node).name, argv, stdio);
}
