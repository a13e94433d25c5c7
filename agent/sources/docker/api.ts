/** Who a container is, as Docker tells. */
export interface ContainerIdentity {
  /** Without Docker's leading slash. */
  readonly name: string;
  /** As the container's creator named it, with the digest where there is one. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the epoch. Null for a container that never started. */
  readonly startedAt: number | null;
}

/** Who the node is, as its daemon tells. */
export interface NodeIdentity {
  readonly name: string;
  /** Empty when the node is in no swarm. */
  readonly swarmNodeId: string;
}

/** A container came, changed or went. */
export interface ContainerEvent {
  readonly id: string;
  readonly gone: boolean;
}

/** What the agent asks of Docker: who is who, and word of changes. Never `stats`: it costs the daemon more than we do. */
export interface DockerApi {
  node(signal: AbortSignal): Promise<NodeIdentity>;
  /** Whether the daemon answers; throws when not. */
  ping(signal: AbortSignal): Promise<void>;
  /** The ids of the running containers. */
  running(signal: AbortSignal): Promise<readonly string[]>;
  /** One container, or null when Docker knows none of that id. */
  inspect(id: string, signal: AbortSignal): Promise<ContainerIdentity | null>;
  /** Reports events from now on. The inner promise settles when the stream breaks; the signal ends it. */
  follow(
    onEvent: (event: ContainerEvent) => void,
    signal: AbortSignal,
  ): Promise<{ readonly ended: Promise<void> }>;
}
