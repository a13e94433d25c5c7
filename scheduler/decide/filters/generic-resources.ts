import { OK, refuse, type TaskFilter } from "./filter.ts";

export const genericResources: TaskFilter = {
  name: "generic-resources",
  check: ({ service }) =>
    service.genericReservations
      ? refuse("it reserves generic resources, of which Swarm shows no remainder")
      : OK,
};
