import { OK, refuse, type TargetFilter } from "./filter.ts";

export const hostPorts: TargetFilter = {
  name: "host-ports",
  check({ service, view }, { node, tasks }) {
    if (service.hostPorts.length === 0) return OK;
    const taken = tasks
      .flatMap((task) => view.services.get(task.serviceId)?.hostPorts ?? [])
      .find((held) =>
        service.hostPorts.some((own) => own.port === held.port && own.protocol === held.protocol),
      );
    return taken === undefined
      ? OK
      : refuse(`port ${taken.port}/${taken.protocol} of ${node.hostname} is taken`);
  },
};
