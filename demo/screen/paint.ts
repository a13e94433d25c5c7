/** How things look: on a terminal that can, in colour; else in letters that any log holds. */
export interface Paint {
  readonly full: string;
  readonly empty: string;
  /** Around a bar. */
  readonly ends: readonly [string, string];
  readonly tone: (tone: Tone, text: string) => string;
}

export type Tone = "good" | "warn" | "bad" | "faint" | "strong";

const CODES: Readonly<Record<Tone, number>> = { good: 32, warn: 33, bad: 31, faint: 2, strong: 1 };

export const COLORED: Paint = {
  full: "█",
  empty: "░",
  ends: ["", ""],
  tone: (tone, text) => (text === "" ? "" : `\u001B[${CODES[tone]}m${text}\u001B[0m`),
};

export const PLAIN: Paint = { full: "#", empty: ".", ends: ["[", "]"], tone: (_tone, text) => text };
