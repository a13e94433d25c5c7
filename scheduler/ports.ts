import type { Move } from "./domain/decision.ts";
import type { History } from "./domain/history.ts";
import type { InputReport } from "./domain/input-report.ts";
import type { Node } from "./domain/node.ts";
import type { DrainOrder, MovesOrder, MovesProgress, Order, PauseOrder, ResetOrder } from "./domain/order.ts";
import type { Resources } from "./domain/resources.ts";
import type { Service, SteerMark } from "./domain/service.ts";
import type { NodeUsage } from "./domain/snapshot.ts";
import type { Task } from "./domain/task.ts";

/** What the managers said at one moment. */
export interface SwarmReading {
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
  readonly orders: readonly Order[];
  /** The node this scheduler stands on; only beside the leader does it act. */
  readonly ownNodeId: string;
  readonly report: InputReport;
}

/** Reads the swarm through a manager. Never throws: what went wrong is a doubt in the report. */
export interface SwarmReader {
  read(): Promise<SwarmReading>;
}

/** What was measured, over the window that ends at the asked moment. */
export interface UsageReading {
  readonly nodeUsage: Readonly<Record<string, NodeUsage>>;
  readonly taskUsage: Readonly<Record<string, Resources>>;
  /** Seconds since the newest sample of each reporting node, by node id. */
  readonly ages: Readonly<Record<string, number>>;
  /** Names of what was measured besides CPU and memory; absent where that was nothing. */
  readonly others?: readonly string[];
  readonly report: InputReport;
}

/** Reads usage at one fixed moment. Never throws: what went wrong is a doubt in the report. */
export interface UsageReader {
  read(atMs: number): Promise<UsageReading>;
}

/** Loads of the past as far as they are known, and why they cannot be counted on: no reason when they can. */
export interface HistoryReading {
  readonly history: History;
  readonly doubts: readonly string[];
}

/** Reads loads of the past. Never throws: what went wrong is a doubt, and then there is no history. */
export interface HistoryReader {
  /** Of these nodes and services, and of those of the tasks that run; of no moment after the asked one. */
  readHistory(
    present: Pick<SwarmReading, "nodes" | "services" | "tasks">,
    atMs: number,
  ): Promise<HistoryReading>;
}

/** How a move ends: `landed`; `undone`, all as before; `gave_way` to the owner's own write; `failed`, see the detail. */
export const MOVE_OUTCOMES = ["landed", "undone", "gave_way", "failed"] as const;

/** The id of a move whose record cannot be read. */
export const UNREADABLE = "unreadable";

export interface MoveResult {
  readonly moveId: string;
  readonly service: string;
  readonly serviceId: string;
  /** Node ids; empty where the record of the move could not be read. */
  readonly fromId: string;
  readonly toId: string;
  /** Hostnames. */
  readonly fromName: string;
  readonly toName: string;
  readonly outcome: (typeof MOVE_OUTCOMES)[number];
  readonly detail: string;
  /** From the first write to the last. */
  readonly seconds: number;
  /** From the new task's making until it ran (healthy, if it has a health check); null when it never did. */
  readonly startSeconds: number | null;
  /** The part of it in which the image was found or pulled and the container made; null or absent where it is not known. */
  readonly prepareSeconds?: number | null;
  /** Other tasks of the service that Swarm started anew because of our writes: none, unless its stored spec hides something. */
  readonly collateral: number;
}

/** The only writer. */
export interface Mover {
  /** Steers, verifies, lets go; on the signal, undoes what has not landed within the grace period. */
  move(move: Move, nodes: readonly Node[], signal: AbortSignal): Promise<MoveResult>;
  /** Finishes or undoes what an earlier run left in the swarm. */
  recover(service: Service, nodes: readonly Node[], signal: AbortSignal): Promise<MoveResult>;
}

/** A service that was created, or why the manager would not have it: an HTTP status, and its words. */
type CreatedService =
  | { readonly ok: true; readonly id: string; readonly steer: SteerMark }
  | { readonly ok: false; readonly status: number; readonly detail: string };

/** Creates services. */
export interface ServiceCreator {
  /** `added`: constraints that are let go of once the first tasks run. */
  create(spec: Readonly<Record<string, unknown>>, added: readonly string[]): Promise<CreatedService>;
}

/** What an order says before it has an id. */
export type NewOrder =
  | Omit<PauseOrder, "id">
  | Omit<DrainOrder, "id">
  | Omit<ResetOrder, "id">
  | Omit<MovesOrder, "id" | "progress">;

/** Where orders are kept; reading them is the swarm reader's. */
export interface OrderBook {
  /** Keeps an order; one of the same kind about the same thing that is there already stays, and false is told. */
  give(order: NewOrder): Promise<boolean>;
  /** Takes an order out; nothing happens when it is gone. */
  takeBack(id: string): Promise<void>;
  /**
   * Writes what has become of ordered moves to their order, as a function of what stands there: it is asked again when
   * somebody else writes in between. Null leaves it as it is; so does an order that is gone.
   */
  note(id: string, progress: (standing: MovesProgress) => MovesProgress | null): Promise<void>;
}

/** A request that must not be carried out twice, by what tells it from others. */
export interface NewRequest {
  /** Whose it is. */
  readonly by: string;
  /** What its sender calls it. */
  readonly key: string;
  /** A digest of what is asked for: the same key with another one is a mistake. */
  readonly print: string;
  /** When it was made and until when it is remembered, ISO 8601. */
  readonly at: string;
  readonly until: string;
}

/** An answer that can be given again. */
export interface KeptReply {
  readonly status: number;
  /** JSON; null for one that is not kept, since it holds a secret. */
  readonly body: string | null;
}

/** Whether a request is new; one that was made before, with its answer if it has one by now. */
export type Claim =
  | { readonly fresh: true; readonly id: string }
  | { readonly fresh: false; readonly print: string; readonly reply: KeptReply | null };

/** Where requests are remembered: in the swarm, so that a repetition is known to every scheduler. */
export interface RequestBook {
  claim(request: NewRequest): Promise<Claim>;
  /** Keeps the answer of a claimed request. */
  settle(id: string, reply: KeptReply): Promise<void>;
  /** Forgets a claimed request that came to nothing: it may be made again. */
  release(id: string): Promise<void>;
}

/** Writes to nodes: nothing but what `docker node update --availability` writes. */
export interface NodeWriter {
  setAvailability(nodeId: string, availability: "active" | "drain"): Promise<void>;
}
