/** Who a container is, as Docker tells. */
export interface ContainerIdentity {
  /** Without Docker's leading slash. */
  readonly name: string;
  /** As the container's creator named it, with the digest where there is one. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the epoch. Null for a container that never started. */
  readonly startedAt: number | null;
  /** Its first process as the host numbers it; null for one that does not run. */
  readonly pid: number | null;
  /** Whether it uses the host's own network devices. */
  readonly hostNetwork: boolean;
  /** What its health check says; null for a container without one. */
  readonly health: "starting" | "healthy" | "unhealthy" | null;
}

/** Who the node is, as its daemon tells. */
export interface NodeIdentity {
  readonly name: string;
  /** Empty when the node is in no swarm. */
  readonly swarmNodeId: string;
}

/** Something happened to a container. */
export interface ContainerEvent {
  readonly id: string;
  /** Docker's word: `start`, `die`, `oom`, `health_status: unhealthy`, … */
  readonly action: string;
  /** The container's labels, with `name`, `image` and what belongs to the action (`exitCode`, `signal`). */
  readonly attributes: Readonly<Record<string, string>>;
  /** Seconds since the epoch, by the daemon's clock. */
  readonly at: number;
}

/** A container in Docker's list, running or not. */
export interface ListedContainer {
  readonly id: string;
  /** Docker's word: `running`, `exited`, `created`, `restarting`, … */
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a container that does not run any more ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Seconds since the epoch. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** What the agent asks of Docker: who is who, and word of changes. Never `stats`: it costs the daemon more than we do. */
export interface DockerApi {
  node(signal: AbortSignal): Promise<NodeIdentity>;
  /** Whether the daemon answers; throws when not. */
  ping(signal: AbortSignal): Promise<void>;
  /** Every container, running or not. */
  list(signal: AbortSignal): Promise<readonly ListedContainer[]>;
  /** One container, or null when Docker knows none of that id. */
  inspect(id: string, signal: AbortSignal): Promise<ContainerIdentity | null>;
  /** How one container ended, or null when it runs or Docker knows none of that id. */
  end(id: string, signal: AbortSignal): Promise<ContainerEnd | null>;
  /**
   * Reports events from now on, or from `since` (seconds since the epoch) as far as the daemon remembers. The inner
   * promise settles when the stream breaks; the signal ends it.
   */
  follow(
    onEvent: (event: ContainerEvent) => void,
    since: number | null,
    signal: AbortSignal,
  ): Promise<{ readonly ended: Promise<void> }>;
}
