/** What past moves taught: the service stays off the node for a time. */
export interface Lesson {
  readonly serviceId: string;
  /** Id of the node. */
  readonly node: string;
  readonly untilMs: number;
  /** What happened there. */
  readonly detail: string;
}

/** A move that landed and made things worse: it is to be taken back, once. */
export interface Regret {
  readonly moveId: string;
  readonly serviceId: string;
  /** Node ids, as the move had them. */
  readonly from: string;
  readonly to: string;
  /** What got worse. */
  readonly detail: string;
}

/** What moving a service has cost so far. */
export interface LearnedPrice {
  readonly serviceId: string;
  readonly landed: number;
  /** Moves that were undone, or failed. */
  readonly failures: number;
  /** From the new task's making until it served, as a rule; null when that is not known. */
  readonly startSeconds: number | null;
}

/** A move that landed within the last day. */
interface Landing {
  readonly serviceId: string;
  /** Id of the node that it went to. */
  readonly node: string;
  readonly atMs: number;
}

/** What is remembered of past moves. None of it is needed for safety: it may be lost. */
export interface Memory {
  readonly lessons: readonly Lesson[];
  readonly regrets: readonly Regret[];
  /** What the last plan was after. */
  readonly pursues: readonly string[];
  /** Its moves: task and node ids. Some may have been made since. */
  readonly planned: readonly { readonly taskId: string; readonly to: string }[];
  /** Of the services that were moved. */
  readonly prices: readonly LearnedPrice[];
  readonly landings: readonly Landing[];
}

export const NO_MEMORY: Memory = {
  lessons: [],
  regrets: [],
  pursues: [],
  planned: [],
  prices: [],
  landings: [],
};
