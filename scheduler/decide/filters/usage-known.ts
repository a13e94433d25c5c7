import { OK, refuse, type TaskFilter } from "./filter.ts";

export const usageKnown: TaskFilter = {
  name: "usage-known",
  yieldsToDrain: true,
  check: ({ task, view }) =>
    view.usage[task.id] === undefined ? refuse("its use was not measured over the whole window") : OK,
};
