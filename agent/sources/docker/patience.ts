/** How long to wait for Docker and how often to ask it, in seconds. */
export interface Patience {
  readonly answer: number;
  /** For all questions of one sample together: a scrape does not wait longer for names. */
  readonly learn: number;
  /** Between two looks at whether the daemon still answers: a hung one does not break the stream. */
  readonly ping: number;
  /** Between two looks at who the node is. */
  readonly node: number;
  readonly retryFirst: number;
  readonly retryMost: number;
}

export const PATIENCE: Patience = {
  answer: 5,
  learn: 1.5,
  ping: 15,
  node: 120,
  retryFirst: 0.5,
  retryMost: 5,
};

/** The signal, or its own after so many seconds. */
export function within(seconds: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
}
