import { OK, refuse, type TargetFilter } from "./filter.ts";

/** What went wrong there before is not tried again for a time. */
export const lesson: TargetFilter = {
  name: "lesson",
  isStanding: true,
  yieldsToDrain: true,
  check({ service, view, nowMs }, { node }) {
    const taught = view.lessons.find(
      ({ serviceId, node: nodeId, untilMs }) =>
        serviceId === service.id && nodeId === node.id && nowMs < untilMs,
    );
    if (taught === undefined) return OK;
    return refuse(`${taught.detail}; not before ${new Date(taught.untilMs).toISOString()}`);
  },
};
