import { fullImage, hasDigest, type Service } from "../../domain/service.ts";
import { isRunning } from "../../domain/task.ts";
import type { NodeView, View } from "../view.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

/**
 * An image that no registry is known to have starts only where it is. What is not known is no reason to refuse here: the
 * old task runs until the new one does, so a move that cannot start is undone without harm.
 */
export const image: TargetFilter = {
  name: "image",
  check({ service, view }, target) {
    if (service.image === "" || hasDigest(service.image)) return OK;
    const there = imagesOn(target.node.id, view);
    const isThere = there === null || there.some((ref) => isSame(ref, service.image));
    return isThere || runsOn(target, service, view)
      ? OK
      : refuse(
          `${service.image} is not on ${target.node.hostname}, and no registry was asked for it when the service was ` +
            "deployed (no digest)",
        );
  },
};

/** Null when they are not known. */
function imagesOn(nodeId: string, { images }: View): readonly string[] | null {
  // An id may be a word that every object knows.
  return Object.hasOwn(images, nodeId) ? (images[nodeId] ?? null) : null;
}

/** Whether a task there runs from it: the agent's list may be a minute old. */
function runsOn({ tasks }: NodeView, { image: wanted }: Service, { services }: View): boolean {
  return tasks.some((task) => {
    const other = services.get(task.serviceId);
    // Within an update, a task may still run from the image of before.
    const isSettled = other?.updateState === null || other?.updateState === "completed";
    return other !== undefined && isSettled && isRunning(task) && isSame(other.image, wanted);
  });
}

function isSame(one: string, other: string): boolean {
  return fullImage(one) === fullImage(other);
}
