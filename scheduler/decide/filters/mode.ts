import { OK, refuse, type TaskFilter } from "./filter.ts";

/** Only replicated services are ever written to. */
export const mode: TaskFilter = {
  name: "mode",
  check: ({ service }) =>
    service.mode === "replicated" ? OK : refuse(`a ${service.mode} service is never written to`),
};
