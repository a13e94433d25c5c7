import { OK, refuse, type TaskFilter } from "./filter.ts";

/** After anyone's write the owner may still want `docker service rollback`, which a write of ours would take away. */
export const quiet: TaskFilter = {
  name: "quiet",
  yieldsToDrain: true,
  check({ service, policy, nowMs }) {
    const age = (nowMs - service.updatedAtMs) / 1000;
    if (age >= policy.quietSeconds) return OK;
    return refuse(
      `its spec was written ${Math.round(age)} s ago; the quiet period is ${policy.quietSeconds} s`,
    );
  },
};
