import type { ChildProcess, StdioOptions } from "node:child_process";
import { memberOf } from "./faults.ts";
import type { Lab } from "./names.ts";
import { insideNode, nodeEnv, spawnInside } from "./node/namespaces.ts";
import { tryRun, type Ran } from "./run.ts";

/** Starts a command in a node's namespaces, with DOCKER_HOST naming the node's own daemon. */
export function execOn(
  lab: Lab,
  node: string,
  argv: readonly string[],
  stdio: StdioOptions = "inherit",
): ChildProcess {
  return spawnInside(lab.name, memberOf(lab, node).name, argv, stdio);
}

/** Runs a command in a node's namespaces to its end. */
export function runOn(lab: Lab, node: string, argv: readonly string[], input = ""): Promise<Ran> {
  return tryRun(insideNode(lab.name, memberOf(lab, node).name, argv), { input, env: nodeEnv() });
}
