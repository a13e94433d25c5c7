import { MOVE_LABEL, moveOrderOf } from "../../domain/service.ts";
import { OK, refuse, type TaskFilter } from "./filter.ts";

/**
 * Swarm does not see what lies in a bind mount, a volume or a tmpfs: a moved task would start without it. What lies on the
 * network goes along; yet while a start-first move runs, two tasks write to what only one did before.
 */
export const localData: TaskFilter = {
  name: "local-data",
  check({ service }) {
    const local = service.mounts.find(({ shared }) => !shared);
    if (local !== undefined)
      return refuse(`its ${local.type} mount at ${local.target} may hold data of this node`);
    const written = service.mounts.find(({ readOnly }) => !readOnly);
    const hasOneWriter = service.replicas === 1 || written?.type === "cluster";
    if (written === undefined || !hasOneWriter || moveOrderOf(service) === "stop-first") return OK;
    return refuse(
      `two tasks would write to its ${written.type} mount at ${written.target} for a moment; ` +
        `with the label ${MOVE_LABEL}=stop-first the old one is stopped first`,
    );
  },
};
