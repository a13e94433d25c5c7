import type { Refusal } from "../../domain/decision.ts";
import type { View } from "../view.ts";
import type { ProposedMove } from "./planned.ts";

/** Moves that somebody or something calls for, in order; the swarm as they leave it, and why others were not made. */
export interface Relief {
  readonly moves: readonly ProposedMove[];
  readonly view: View;
  readonly refusals: readonly Refusal[];
}
