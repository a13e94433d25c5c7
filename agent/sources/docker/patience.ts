/** How long to wait for Docker and how often to ask it, in seconds. */
export interface Patience {
  readonly answer: number;
  /** Between two looks at whether the daemon still answers: a hung one does not break the stream. */
  readonly ping: number;
  /** Between two looks at who the node is. */
  readonly node: number;
  readonly retryFirst: number;
  readonly retryMost: number;
}

export const PATIENCE: Patience = { answer: 5, ping: 15, node: 120, retryFirst: 0.5, retryMost: 30 };

/** The signal, or its own after so many seconds. */
export function within(seconds: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
}
