import type { PastMove } from "./history.ts";

/**
 * Why a service is not moved any more, or null: moving one task of it made Swarm restart others, and would again. As
 * long as the history remembers; by then its owner has deployed it anew, or knows.
 */
export function collateralOf(serviceId: string, history: readonly PastMove[]): string | null {
  const harmful = history.findLast((move) => move.serviceId === serviceId && move.collateral > 0);
  if (harmful === undefined) return null;
  const when = new Date(harmful.atMs).toISOString();
  return (
    `moving it at ${when} made Swarm restart ${harmful.collateral} other task(s) of it; ` +
    "deploy it anew with its registry's present credentials"
  );
}
