import { OK, refuse, type TaskFilter } from "./filter.ts";

/** Swarm does not see what lies in a bind mount, a volume or a tmpfs: a moved task would start without it. */
export const localData: TaskFilter = {
  name: "local-data",
  check({ service }) {
    const [mount] = service.mounts;
    return mount === undefined
      ? OK
      : refuse(`its ${mount.type} mount at ${mount.target} may hold data of this node`);
  },
};
