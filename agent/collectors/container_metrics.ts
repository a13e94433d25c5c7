import { lazyFamily, type Family, type Labels, type Point } from "../metric.ts";
import type { Account } from "./container_account.ts";
import { COLUMNS, type Column } from "./container_columns.ts";
import { SPREAD_COLUMNS, type SpreadColumn } from "./container_spread.ts";

const NO_LABELS: Labels = {};

/** The families of these accounts. */
export function containerFamilies(accounts: readonly Account[]): readonly Family[] {
  return [
    ...COLUMNS.map((column) => lazyFamily(column.spec, () => pointsOf(column, accounts))),
    ...SPREAD_COLUMNS.map((column) => lazyFamily(column.spec, () => spreadPointsOf(column, accounts))),
  ];
}

function pointsOf({ pick, labels = NO_LABELS }: Column, accounts: readonly Account[]): readonly Point[] {
  const points: Point[] = [];
  for (const account of accounts) {
    const value = pick(account);
    if (value !== null) points.push({ value, labels, shared: account.labels });
  }
  return points;
}

function spreadPointsOf({ each }: SpreadColumn, accounts: readonly Account[]): readonly Point[] {
  const points: Point[] = [];
  for (const account of accounts) {
    each(account, (labels, value) => {
      if (value !== null) points.push({ value, labels, shared: account.labels });
    });
  }
  return points;
}
