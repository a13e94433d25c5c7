import * as z from "zod";
import { loadConfig, readOverrides } from "../common/config/load.ts";
import { settingsOf, type Setting } from "../common/config/settings.ts";
import {
  duration,
  exclusion,
  flag,
  listenAddress,
  pattern,
  positive,
  text,
  word,
  words,
} from "../common/config/types.ts";
import { dockerHost } from "../common/docker.ts";
import { LOG_LEVELS } from "../common/log.ts";
import { COLLECTOR_DEFAULTS, type CollectorName } from "./collectors/names.ts";

const PREFIX = "BALLAST_AGENT_";
const SCOPE = { prefix: PREFIX, foreignPrefixes: [] };

// node_exporter's own defaults. What is mounted there is either no storage or a container's view of one.
const MOUNTS_EXCLUDED =
  "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)";
const FSTYPES_EXCLUDED =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|" +
  "overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$";
// The host's ends of containers' links, 30 series each and new ones with every container; node_exporter shows them, but
// container_network_* tells the same and whose it is.
const CONTAINERS_ENDS = "^veth";
const DISKS_EXCLUDED = "^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$";

const NODE = z
  .strictObject({
    cgroup: cgroupPath()
      .optional()
      .describe("The cgroup that is the node, as in /proc/PID/cgroup; without it the node is the machine."),
    cpuCores: positive("CPU cores").optional().describe("Capacity of a node that is a cgroup."),
    memoryBytes: positive("bytes").optional().describe("Capacity of a node that is a cgroup."),
  })
  .superRefine((node, context) => {
    if (node.cgroup !== undefined) return;
    for (const key of ["cpuCores", "memoryBytes"] as const) {
      if (node[key] === undefined) continue;
      const message = `needs ${PREFIX}NODE_CGROUP: a machine's capacity is what it is; set both or neither`;
      context.addIssue({ code: "custom", path: [key], message });
    }
  });

/** Which collectors run; `--collector.disable-defaults` makes it those that are asked for by name. */
const SWITCHES = Object.fromEntries(
  Object.entries(COLLECTOR_DEFAULTS).map(([name, on]) => [
    name,
    flag()
      .optional()
      .describe(`The ${name} collector: ${on ? "on" : "off"} by default.`),
  ]),
) as Record<CollectorName, z.ZodOptional<ReturnType<typeof flag>>>;

const PATTERNS = {
  "filesystem.mountPointsInclude": only("mount points"),
  "filesystem.mountPointsExclude": without("mount points", MOUNTS_EXCLUDED),
  "filesystem.fsTypesInclude": only("file system types"),
  "filesystem.fsTypesExclude": without("file system types", FSTYPES_EXCLUDED),
  "diskstats.deviceInclude": only("disks"),
  "diskstats.deviceExclude": without("disks", DISKS_EXCLUDED),
  "netdev.deviceInclude": only("network devices"),
  "netdev.deviceExclude": without("network devices", CONTAINERS_ENDS),
  "container.nameInclude": only("containers, by name"),
  "container.nameExclude": exclusion().optional().describe("Leave out these containers, by name."),
  "container.labels": words()
    .prefault("")
    .describe(
      "Docker labels, with commas between, that become labels of the series as container_label_NAME.",
    ),
};

const SCHEMA = z.strictObject({
  web: z
    .strictObject({
      listenAddress: listenAddress().prefault(":9880").describe("Where to listen: HOST:PORT or :PORT."),
      config: z
        .strictObject({
          file: text("a file")
            .optional()
            .describe("TLS and basic auth, in the format of the Prometheus exporter toolkit."),
        })
        .prefault({}),
    })
    .prefault({}),
  path: z
    .strictObject({
      procfs: text("a folder, such as /rootfs/proc").default("/proc").describe("Where the host's /proc is."),
      sysfs: text("a folder, such as /rootfs/sys").default("/sys").describe("Where the host's /sys is."),
      rootfs: text("a folder, such as /rootfs").default("/").describe("Where the host's / is."),
      udev: z
        .strictObject({
          data: text("a folder, such as /rootfs/run/udev/data")
            .default("/run/udev/data")
            .describe("Where the host's udev keeps its data."),
        })
        .prefault({}),
    })
    .prefault({}),
  docker: z
    .strictObject({
      host: dockerHost()
        .prefault("unix:///var/run/docker.sock")
        .describe("Where Docker listens: unix:///PATH, or tcp://HOST:PORT for a socket proxy."),
    })
    .prefault({}),
  node: NODE.prefault({}),
  sample: z
    .strictObject({
      maxAge: duration()
        .prefault("1s")
        .describe("A scrape that finds the last sample older than this has a new one taken."),
    })
    .prefault({}),
  collector: z
    .strictObject({
      ...SWITCHES,
      ...PATTERNS,
      disableDefaults: flag()
        .prefault(false)
        .describe("Run only the collectors that are switched on by name."),
      timeout: duration().prefault("5s").describe("A collector that takes longer has failed."),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: word(LOG_LEVELS)
        .prefault("info")
        .describe(`One of ${LOG_LEVELS.join(", ")}.`),
    })
    .prefault({}),
});

export type AgentConfig = z.output<typeof SCHEMA>;

/** All that can be set, with its flags and variables. */
export function agentSettings(): readonly Setting[] {
  return settingsOf(SCHEMA, PREFIX);
}

/**
 * The agent's configuration: `sample.maxAge` is `--sample.max-age` or BALLAST_AGENT_SAMPLE_MAX_AGE. Durations in seconds.
 * @throws ConfigError with every fault at once.
 */
export function readConfig(env: NodeJS.ProcessEnv, args: readonly string[] = []): AgentConfig {
  return loadConfig(SCHEMA, { args, env, scope: SCOPE, file: null });
}

/** The web configuration file that is named, whatever is wrong with the rest: its faults are to be told with those. */
export function webConfigFile(env: NodeJS.ProcessEnv, args: readonly string[]): string | undefined {
  const { overrides } = readOverrides(agentSettings(), { args, env, scope: SCOPE });
  const named = overrides.find(({ setting }) => setting.path.join(".") === "web.config.file");
  const file = named?.value.trim() ?? "";
  return file === "" ? undefined : file;
}

/** The names of the collectors that this configuration has run. */
export function collectorsOf({ collector }: AgentConfig): ReadonlySet<CollectorName> {
  const names = Object.keys(COLLECTOR_DEFAULTS) as CollectorName[];
  return new Set(
    names.filter((name) => collector[name] ?? (!collector.disableDefaults && COLLECTOR_DEFAULTS[name])),
  );
}

function only(what: string) {
  return pattern().optional().describe(`Show only these ${what}.`);
}

function without(what: string, byDefault: string) {
  return exclusion().prefault(byDefault).describe(`Leave out these ${what}.`);
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
