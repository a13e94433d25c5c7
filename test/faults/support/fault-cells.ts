import { POINTS, type Point } from "./fault-points.ts";
import { PROXY_FAULTS, type ProxyFault } from "./fault-proxy.ts";

/** One fault at one call of a move of a service with so many replicas. */
export interface Cell {
  readonly point: Point;
  readonly fault: ProxyFault;
  readonly when: "before" | "after";
  readonly replicas: 1 | 3;
}

/** The cells that one test takes. */
export interface CellGroup {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** Every call, every fault, before and after it, with an only replica and with one of three. */
export function fullMatrix(): readonly CellGroup[] {
  const cells = ([1, 3] as const).flatMap((replicas) =>
    POINTS.flatMap(({ name: point, kind }) =>
      PROXY_FAULTS.flatMap((fault): readonly Cell[] => {
        if (fault !== "stale")
          return (["before", "after"] as const).map((when) => ({ point, fault, when, replicas }));
        return kind === "write" ? [] : [{ point, fault, when: "before", replicas }];
      }),
    ),
  );
  return grouped(cells, ({ fault, when, replicas }) => `${fault} ${when}, ${replicas} replica(s)`);
}

/** Of the whole, each call with each fault once: before and after in turn, every fifth with three replicas. */
export function shortMatrix(): readonly CellGroup[] {
  const pairs = POINTS.flatMap(({ name: point, kind }, row) =>
    PROXY_FAULTS.filter((fault) => fault !== "stale" || kind === "read").map((fault, column): Cell => {
      const isAfter = fault !== "stale" && (row + column) % 2 === 1;
      const isOneOfThree = (2 * row + column) % 5 === 0;
      return { point, fault, when: isAfter ? "after" : "before", replicas: isOneOfThree ? 3 : 1 };
    }),
  );
  return grouped(pairs, ({ fault }) => fault);
}

function grouped(cells: readonly Cell[], nameOf: (cell: Cell) => string): readonly CellGroup[] {
  return [...Map.groupBy(cells, nameOf)].map(([name, members]) => ({ name, cells: members }));
}
