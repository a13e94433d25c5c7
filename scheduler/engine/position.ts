import type { Board } from "./board.ts";
import type { Goal, Rules } from "./goal.ts";

/** One item into one bin. */
export interface Shift {
  readonly item: number;
  readonly from: number;
  readonly to: number;
}

/** A board with the goals and rules that watch it, changed together or not at all. */
export interface Position {
  readonly board: Board;
  readonly goals: readonly Goal[];
  readonly rules: Rules;
  /** Weighted cost of all goals, and the price of every item that does not stand where it began. */
  worth(): Worth;
  /** What the objective would gain by the shift, its price paid; below 0 when it would lose. */
  readonly gain: (item: number, to: number) => number;
  readonly make: (item: number, to: number) => Shift;
  /** Takes back what was made, the newest first, until as many shifts are left. */
  rewind(length: number): void;
  /** What was made and not taken back. */
  made(): readonly Shift[];
  /** How many times `gain` was asked for: the search's measure of effort. */
  evaluations(): number;
}

/** Lower is better. */
export interface Worth {
  readonly total: number;
  /** Of each goal, in its own unit. */
  readonly costs: readonly number[];
}

/** Sets up a position at the board's start. */
export function positionOf(board: Board, goals: readonly Goal[], rules: Rules): Position {
  const { start, price } = board.problem;
  const shifts: Shift[] = [];
  let paid = 0;
  let asked = 0;

  /** Price is for standing elsewhere than at first, not for each step of the way. */
  function priceOf(item: number, to: number): number {
    const isAway = board.binOf[item] !== start[item];
    const willBeAway = to !== start[item];
    return isAway === willBeAway ? 0 : willBeAway ? (price[item] ?? 0) : -(price[item] ?? 0);
  }
  function put(item: number, to: number): number {
    const from = board.binOf[item] ?? -1;
    paid += priceOf(item, to);
    board.put(item, to);
    for (const goal of goals) goal.moved(item, from);
    rules.moved(item, from);
    return from;
  }
  return {
    board,
    goals,
    rules,
    worth() {
      const costs = goals.map((goal) => goal.cost());
      return { total: goals.reduce((sum, { weight }, at) => sum + weight * (costs[at] ?? 0), paid), costs };
    },
    gain(item, to) {
      asked += 1;
      let gain = -priceOf(item, to);
      for (const goal of goals) gain -= goal.weight * goal.delta(item, to);
      return gain;
    },
    make(item, to) {
      const shift = { item, from: put(item, to), to };
      shifts.push(shift);
      return shift;
    },
    rewind(length) {
      while (shifts.length > length) {
        const last = shifts.pop();
        if (last !== undefined) put(last.item, last.from);
      }
    },
    made: () => shifts,
    evaluations: () => asked,
  };
}
