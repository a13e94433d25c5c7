import { OK, refuse, type TaskFilter } from "./filter.ts";

/** An update, a pause, a rollback or a move of ours must end before anyone writes again. */
export const updating: TaskFilter = {
  name: "updating",
  check({ service }) {
    if (service.steer !== null) return refuse(`move ${service.steer.moveId} of it is under way`);
    if (service.updateState === null || service.updateState === "completed") return OK;
    return refuse(`its last update is ${service.updateState}; a write now would spoil it`);
  },
};
