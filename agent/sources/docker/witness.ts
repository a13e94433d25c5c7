import type { ContainerEnd, ContainerEvent, ListedContainer } from "./api.ts";

/** Who wants to know all that happens to containers, whatever is missed of the event stream. */
export interface Witness {
  /** When the last event happened, by the daemon's clock; null before the first. */
  readonly heardAt: number | null;
  /** Takes one event. One that a daemon repeats after a break is told from a new one. */
  hear(event: ContainerEvent): void;
  /** From now on the daemon may repeat what it told before. */
  expectRepeats(): void;
  /** Takes a whole list of containers: what happened to them meanwhile is counted, and no event is repeated after it. */
  compare(list: readonly ListedContainer[], look: LookCloser): Promise<void>;
  /** The event stream broke after it had stood. */
  noteGap(): void;
}

/** What the list does not tell. */
export interface LookCloser {
  /** When a container that runs was started, by the daemon's clock; null when not known. */
  startedAt(id: string): number | null;
  /** How one that does not run any more ended; null when that cannot be told. */
  end(id: string): Promise<ContainerEnd | null>;
}
