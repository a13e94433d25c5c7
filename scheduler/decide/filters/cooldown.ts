import { OK, refuse, type TaskFilter } from "./filter.ts";

/** A task's age is the cooldown: it needs no memory of ours and survives our restart. */
export const cooldown: TaskFilter = {
  name: "cooldown",
  yieldsToDrain: true,
  check({ task, policy, nowMs }) {
    const age = (nowMs - task.stateSinceMs) / 1000;
    if (age >= policy.cooldownSeconds) return OK;
    return refuse(`it started ${Math.round(age)} s ago; the cooldown is ${policy.cooldownSeconds} s`);
  },
};
