import { isRunning } from "../../domain/task.ts";
import { OK, refuse, type TaskFilter } from "./filter.ts";

/** Every replica runs, none is coming or going. */
export const replicasRunning: TaskFilter = {
  name: "replicas-running",
  check({ service, view, task }) {
    const tasks = view.tasksOf.get(service.id) ?? [];
    const running = tasks.filter(isRunning).length;
    if (!isRunning(task)) return refuse(`the task is ${task.state}, wanted ${task.desired}`);
    if (running !== service.replicas) return refuse(`${running} of ${service.replicas ?? 0} replicas run`);
    return tasks.length === running
      ? OK
      : refuse(`${tasks.length - running} of its tasks are starting or stopping`);
  },
};
