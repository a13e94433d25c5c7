import * as z from "zod";
import { newService } from "../../decide/place-wanted.ts";
import type { Labels, Platform } from "../../domain/node.ts";
import type { HostPort, Service } from "../../domain/service.ts";
import { BYTES, CONSTRAINT, CORES, MOST_BYTES, ofNoBearing, PORT, REPLICAS } from "./placement-common.ts";

// A service of a Compose file, as `docker stack deploy` reads it, in JSON. What has a bearing on where tasks may stand is
// read; the rest is known by name, so that a slip of the pen is found and not passed over.

/** Text or a number, as YAML has it, of a number of cores. */
const CPUS = z.union([CORES, z.string().transform((text) => decimalOf(text))]).pipe(CORES);

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
};

/** A number of bytes, or text such as `512M`. */
const MEMORY = z.union([
  BYTES,
  z.string().transform((text, context) => {
    const match = /^(\d+(?:\.\d+)?)\s?([a-z]{0,2})$/.exec(text.trim().toLowerCase());
    const bytes = Number(match?.[1]) * (BYTES_PER_UNIT[match?.[2] === "" ? "b" : (match?.[2] ?? "")] ?? NaN);
    if (bytes >= 0 && bytes <= MOST_BYTES) return bytes;
    context.addIssue(`${JSON.stringify(text)} is no amount of memory; write one such as 512M or 2G`);
    return z.NEVER;
  }),
]);

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** `{ key: value }` or `["key=value"]`. */
const LABELS = z.union([z.record(z.string(), value), z.array(z.string())]);

/** In short only what the ingress publishes can be said. */
const PUBLISHED = z.union([
  z.string(),
  z.number(),
  z.strictObject({
    mode: z.enum(["host", "ingress"]).default("ingress"),
    protocol: z.enum(["tcp", "udp", "sctp"]).default("tcp"),
    published: z.union([PORT, z.string().regex(/^\d{1,5}$/, "write one port, not a range")]).optional(),
    ...ofNoBearing("target", "name", "host_ip", "app_protocol"),
  }),
]);

const DEPLOY = z.strictObject({
  mode: z
    .literal("replicated", "of global services and jobs Swarm leaves no choice; write replicated")
    .optional(),
  replicas: REPLICAS.optional(),
  labels: LABELS.optional(),
  placement: z
    .strictObject({
      constraints: z.array(CONSTRAINT).optional(),
      preferences: z.array(z.strictObject({ spread: z.string() })).optional(),
      max_replicas_per_node: REPLICAS.optional(),
    })
    .optional(),
  resources: z
    .strictObject({
      reservations: z
        .strictObject({
          cpus: CPUS.optional(),
          memory: MEMORY.optional(),
          generic_resources: z.array(z.unknown()).optional(),
          ...ofNoBearing("devices"),
        })
        .optional(),
      ...ofNoBearing("limits"),
    })
    .optional(),
  ...ofNoBearing("endpoint_mode", "restart_policy", "rollback_config", "update_config"),
});

/** A service as a Compose file spells it, and its name beside. */
export const COMPOSE_SERVICE = z
  .strictObject({
    name: z.string().optional(),
    image: z.string().optional(),
    platform: z
      .string()
      .regex(/^[a-z0-9_]+(\/[a-z0-9_]+){0,2}$/i, "write it as linux/arm64")
      .optional(),
    ports: z.array(PUBLISHED).optional(),
    deploy: DEPLOY.optional(),
    ...ofNoBearing(
      ...["annotations", "build", "blkio_config", "cap_add", "cap_drop", "cgroup", "cgroup_parent"],
      ...["command", "configs", "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota"],
      ...["cpu_shares", "cpus", "cpuset", "credential_spec", "depends_on", "develop", "devices", "dns"],
      ...["dns_opt", "dns_search", "domainname", "entrypoint", "env_file", "environment", "expose"],
      ...["external_links", "extra_hosts", "group_add", "healthcheck", "hostname", "init", "ipc"],
      ...["isolation", "labels", "label_file", "links", "logging", "mac_address", "mem_limit"],
      ...["mem_reservation", "mem_swappiness", "memswap_limit", "network_mode", "networks"],
      ...["oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "privileged", "profiles"],
      ...["pull_policy", "read_only", "restart", "runtime", "secrets", "security_opt", "shm_size"],
      ...["stdin_open", "stop_grace_period", "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty"],
      ...["ulimits", "user", "userns_mode", "uts", "volumes", "working_dir"],
    ),
  })
  .meta({ id: "ComposeService", description: "as a Compose file spells it, in JSON" });

/** The service that `docker stack deploy` would make of it. */
export function serviceOfCompose({
  name = "",
  image = "",
  platform,
  ports = [],
  deploy = {},
}: z.output<typeof COMPOSE_SERVICE>): Service {
  const { placement = {}, replicas = 1 } = deploy;
  const { cpus = 0, memory = 0, generic_resources = [] } = deploy.resources?.reservations ?? {};
  return newService({
    name,
    replicas,
    image,
    labels: labelsOf(deploy.labels ?? {}),
    constraints: placement.constraints ?? [],
    spreadOver: (placement.preferences ?? []).map(({ spread }) => spread),
    platforms: platform === undefined ? [] : [platformOf(platform)],
    maxReplicasPerNode: placement.max_replicas_per_node ?? 0,
    reservations: { cpuCores: cpus, memoryBytes: memory },
    genericReservations: generic_resources.length > 0,
    hostPorts: ports.flatMap(hostPortOf),
  });
}

function labelsOf(labels: z.output<typeof LABELS>): Labels {
  const entries = Array.isArray(labels)
    ? labels.map((each): [string, string] => {
        const at = each.indexOf("=");
        return at < 0 ? [each, ""] : [each.slice(0, at), each.slice(at + 1)];
      })
    : Object.entries(labels).map(([key, text]): [string, string] => [key, String(text ?? "")]);
  return Object.fromEntries(entries);
}

/** `linux/arm64/v8`; one word is an architecture, or one of the two systems. */
function platformOf(text: string): Platform {
  const [first = "", second] = text.split("/");
  if (second !== undefined) return { os: first, architecture: second };
  return ["linux", "windows"].includes(first)
    ? { os: first, architecture: "" }
    : { os: "", architecture: first };
}

function hostPortOf(port: z.output<typeof PUBLISHED>): readonly HostPort[] {
  if (typeof port !== "object" || port.mode !== "host" || port.published === undefined) return [];
  return [{ port: Number(port.published), protocol: port.protocol }];
}

function decimalOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}
