import { MOVE_LABEL, MOVE_ORDERS } from "../../domain/service.ts";
import { OK, refuse, type TaskFilter } from "./filter.ts";

const CRON_PREFIX = "swarm.cronjob.";

/** The owner's label, and the labels by which other tools claim a service. */
export const owner: TaskFilter = {
  name: "owner",
  check({ service }) {
    const wish = service.labels[MOVE_LABEL];
    if (wish === "never") return refuse(`its label ${MOVE_LABEL}=never keeps it where it is`);
    if (wish !== undefined && !MOVE_ORDERS.some((order) => order === wish)) {
      return refuse(
        `its label ${MOVE_LABEL} says ${JSON.stringify(wish)}; write ${MOVE_ORDERS.join(", ")} or never`,
      );
    }
    const cron = Object.keys(service.labels).find((label) => label.startsWith(CRON_PREFIX));
    return cron === undefined ? OK : refuse(`its label ${cron} says that a cron job runs it`);
  },
};
