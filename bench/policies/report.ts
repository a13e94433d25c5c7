import { shown } from "../support/numbers.ts";
import { markdownTable } from "../support/table.ts";
import type { Played } from "./play.ts";

const HEADER = [
  "policy",
  "overload, node-min.",
  "starved, node-min.",
  "worst node, min.",
  "fullest",
  "moves",
  "missing, replica-s",
];

/** One row a policy, summed over the seeds; the worst node and the fullest are the worst of all. */
export function tableOf(played: readonly Played[]): string {
  const rows = [...Map.groupBy(played, ({ policy }) => policy)].map(([policy, runs]) => {
    const sum = (of: (run: Played) => number): string =>
      shown(
        runs.reduce((total, run) => total + of(run), 0),
        0,
      );
    const most = (of: (run: Played) => number): number => Math.max(...runs.map(of));
    return [
      policy,
      sum(({ overloadMinutes }) => overloadMinutes),
      sum(({ starvedMinutes }) => starvedMinutes),
      shown(
        most(({ worstNodeMinutes }) => worstNodeMinutes),
        0,
      ),
      `${shown(100 * most(({ fullest }) => fullest), 0)} %`,
      sum(({ moves }) => moves),
      sum(({ missingReplicaSeconds }) => missingReplicaSeconds),
    ];
  });
  return markdownTable(HEADER, rows);
}
