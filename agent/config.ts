import { z } from "zod";
import { loadConfig } from "../common/config/load.ts";
import { settingsOf, type Setting } from "../common/config/settings.ts";
import { duration, listenAddress, positive, text, word } from "../common/config/types.ts";
import { dockerHost } from "../common/docker.ts";
import { LOG_LEVELS } from "../common/log.ts";

const PREFIX = "BALLAST_AGENT_";

const NODE = z
  .strictObject({
    /** The cgroup that is the node, as in /proc/PID/cgroup; without it the node is the machine. */
    cgroup: cgroupPath().optional(),
    /** Capacity of a node that is a cgroup; without it the cgroup's limits, else the machine's. */
    cpuCores: positive("CPU cores").optional(),
    memoryBytes: positive("bytes").optional(),
  })
  .superRefine((node, context) => {
    if (node.cgroup !== undefined) return;
    for (const key of ["cpuCores", "memoryBytes"] as const) {
      if (node[key] === undefined) continue;
      const message = `needs ${PREFIX}NODE_CGROUP: a machine's capacity is what it is; set both or neither`;
      context.addIssue({ code: "custom", path: [key], message });
    }
  });

const SCHEMA = z.strictObject({
  listen: listenAddress().prefault(":9880"),
  /** Where the host is seen: in a container under the folder that `/` is bound to. */
  paths: z
    .strictObject({
      procfs: text("a folder, such as /rootfs/proc").default("/proc"),
      sysfs: text("a folder, such as /rootfs/sys").default("/sys"),
      rootfs: text("a folder, such as /rootfs").default("/"),
    })
    .prefault({}),
  docker: z.strictObject({ host: dockerHost().prefault("unix:///var/run/docker.sock") }).prefault({}),
  node: NODE.prefault({}),
  sample: z
    .strictObject({
      /** A sample is taken this often even when nobody asks. */
      interval: duration().prefault("5s"),
      /** A scrape that finds the last sample older than this has a new one taken. */
      maxAge: duration().prefault("1s"),
      /** A collector that takes longer has failed. */
      timeout: duration().prefault("5s"),
    })
    .prefault({}),
  log: z.strictObject({ level: word(LOG_LEVELS).prefault("info") }).prefault({}),
});

export type AgentConfig = z.output<typeof SCHEMA>;

/** All that can be set, with the variables' names. */
export function agentSettings(): readonly Setting[] {
  return settingsOf(SCHEMA, PREFIX);
}

/**
 * The agent's configuration from the environment: `sample.maxAge` is BALLAST_AGENT_SAMPLE_MAX_AGE. Durations in seconds.
 * @throws ConfigError with every fault at once.
 */
export function readConfig(env: NodeJS.ProcessEnv): AgentConfig {
  return loadConfig(SCHEMA, { env, scope: { prefix: PREFIX, foreignPrefixes: [] }, file: null });
}

/** `/docker/x` without a slash at its end; `/` itself is the whole machine, which is the absence of this setting. */
function cgroupPath() {
  return text("a cgroup, such as /docker/…").transform((path, context) => {
    const plain = path.replace(/\/+$/, "");
    if (/^(\/[^/]+)+$/.test(plain) && !plain.split("/").includes("..")) return plain;
    const message = `${JSON.stringify(path)} is no cgroup below the root; write one such as /lxc/node1, or remove it`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}
