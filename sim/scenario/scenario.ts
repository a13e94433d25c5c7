/** What people and machines do to a swarm, one thing after the other, as data: for the simulator and for a real swarm. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A step is done, and then waited for until nothing moves any more. Nodes are hostnames. */
export type Step =
  | { readonly do: "create"; readonly service: ServiceSketch }
  /** Writes a service anew with what is given changed. */
  | { readonly do: "write"; readonly service: string; readonly change: Partial<ServiceSketch> }
  | { readonly do: "roll-back"; readonly service: string }
  | { readonly do: "remove"; readonly service: string }
  /** Ballast's own mover moves a task. */
  | { readonly do: "move"; readonly service: string; readonly from: string; readonly to: string }
  | { readonly do: "lose" | "revive" | "drain" | "restore"; readonly node: string }
  /** Replaces all labels of a node. */
  | { readonly do: "label"; readonly node: string; readonly labels: Readonly<Record<string, string>> };

/** A service as its owner would write it. */
export interface ServiceSketch {
  readonly name: string;
  /** Null: one on every node. */
  readonly replicas: number | null;
  readonly constraints?: readonly string[];
  /** Labels of nodes over whose values it is spread. */
  readonly spreadOver?: readonly string[];
  readonly maxReplicasPerNode?: number;
  readonly reservedMegabytes?: number;
  /** Counts up to a new version of it. */
  readonly revision?: number;
  /** `scarce` is an image that node2 has, and no other node can get. */
  readonly image?: "workload" | "scarce";
  /** Its container ends with an error a second after it starts. */
  readonly crashes?: boolean;
  readonly restart?: "any" | "none";
  readonly order?: "start-first" | "stop-first";
  readonly onFailure?: "pause" | "rollback" | "continue";
  readonly parallelism?: number;
}

const NANO = 1e9;
/** So short that a scenario need not wait, and so long that it shows. */
const MONITOR_SECONDS = 2;
const RESTART_DELAY_SECONDS = 1;
/** So late that Swarm has seen it run, and within the time that it watches. */
const CRASH = "setTimeout(() => process.exit(3), 1000)";

/** The images of a stage, by the words of a sketch. */
export type Images = Readonly<Record<NonNullable<ServiceSketch["image"]>, string>>;

/** The spec of a sketch, as the Docker API has it. Pure. */
export function specOf(sketch: ServiceSketch, images: Images): Readonly<Record<string, unknown>> {
  const { name, replicas, crashes = false, restart = "any", revision = 1 } = sketch;
  const { order = "stop-first", onFailure = "pause", parallelism = 1, spreadOver = [] } = sketch;
  return {
    Name: name,
    Labels: { "ballast.test": "1" },
    TaskTemplate: {
      ContainerSpec: {
        Image: images[sketch.image ?? "workload"],
        Env: [`REVISION=${revision}`],
        Command: crashes ? ["node", "-e", CRASH] : ["node", "/workload.mjs"],
        StopGracePeriod: 5 * NANO,
      },
      Placement: {
        Constraints: [...(sketch.constraints ?? [])],
        ...(spreadOver.length === 0
          ? {}
          : {
              Preferences: spreadOver.map((label) => ({
                Spread: { SpreadDescriptor: `node.labels.${label}` },
              })),
            }),
        ...(sketch.maxReplicasPerNode === undefined ? {} : { MaxReplicas: sketch.maxReplicasPerNode }),
      },
      ...(sketch.reservedMegabytes === undefined
        ? {}
        : { Resources: { Reservations: { MemoryBytes: sketch.reservedMegabytes * 2 ** 20 } } }),
      RestartPolicy: { Condition: restart, Delay: RESTART_DELAY_SECONDS * NANO },
    },
    Mode: replicas === null ? { Global: {} } : { Replicated: { Replicas: replicas } },
    UpdateConfig: {
      Parallelism: parallelism,
      Monitor: MONITOR_SECONDS * NANO,
      FailureAction: onFailure,
      Order: order,
    },
    RollbackConfig: { Parallelism: parallelism, Monitor: MONITOR_SECONDS * NANO, Order: order },
    EndpointSpec: { Mode: "dnsrr" },
  };
}

/** Whether a container of this template ends by itself. */
export function isCrashing(template: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(template).includes(CRASH);
}
