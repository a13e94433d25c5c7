import { readAssignment, readModel } from "../../../bench/assignment/read.ts";
import type { Model } from "../../../bench/assignment/model.ts";
import { Dice } from "../../../scheduler/engine/dice.ts";

/** A small instance in the challenge's format, and what is read from it. */
export interface Instance {
  readonly modelText: string;
  readonly initialText: string;
  readonly model: Model;
  readonly initial: Int32Array;
}

/**
 * A random instance whose initial assignment keeps all rules: capacities, spreads and dependencies are drawn so that it
 * does. Now and then they leave it no room at all.
 */
export function instanceOf(seed: number): Instance {
  const dice = new Dice(seed);
  const machines = 3 + dice.below(4);
  const resources = 1 + dice.below(3);
  const hoodOf = Array.from({ length: machines }, () => dice.below(3));
  const locationOf = Array.from({ length: machines }, () => dice.below(3));
  const standing = Array.from({ length: 3 + dice.below(5) }, () =>
    Array.from({ length: machines }, (_, machine) => machine).filter(() => dice.below(3) === 0),
  ).map((on) => (on.length === 0 ? [0] : on));
  const initial = standing.flat();
  const services = standing.flatMap((on, service) => on.map(() => service));
  const requirements = initial.map(() => Array.from({ length: resources }, () => dice.below(20)));
  const capacities = Array.from({ length: machines }, (_, machine) =>
    Array.from({ length: resources }, (_unused, at) =>
      requirements.reduce(
        (sum, each, process) => sum + (initial[process] === machine ? (each[at] ?? 0) : 0),
        dice.below(40),
      ),
    ),
  );
  const hoodsOf = standing.map((on) => new Set(on.map((machine) => hoodOf[machine])));
  const lines = [
    [resources],
    ...Array.from({ length: resources }, () => [dice.below(2), 1 + dice.below(10)]),
    [machines],
    ...capacities.map((has, machine) => [
      ...[hoodOf[machine] ?? 0, locationOf[machine] ?? 0, ...has],
      ...has.map((each) => dice.below(each + 1)),
      ...Array.from({ length: machines }, (_, to) => (to === machine ? 0 : dice.below(5))),
    ]),
    [standing.length],
    ...standing.map((on, service) => {
      const spread = new Set(on.map((machine) => locationOf[machine])).size;
      const needs = standing.flatMap((_, other) =>
        other !== service &&
        dice.below(3) === 0 &&
        [...(hoodsOf[service] ?? [])].every((hood) => hoodsOf[other]?.has(hood))
          ? [other]
          : [],
      );
      return [dice.below(spread + 1), needs.length, ...needs];
    }),
    [initial.length],
    ...requirements.map((takes, process) => [services[process] ?? 0, ...takes, dice.below(10)]),
    ...(resources > 1 ? [[1], [0, 1, 1 + dice.below(3), dice.below(10)]] : [[0]]),
    [dice.below(10), dice.below(10), dice.below(10)],
  ];
  const modelText = lines.map((line) => line.join(" ")).join("\n");
  const initialText = initial.join(" ");
  const model = readModel(Buffer.from(modelText), "model");
  return {
    modelText,
    initialText,
    model,
    initial: readAssignment(Buffer.from(initialText), model, "initial"),
  };
}
