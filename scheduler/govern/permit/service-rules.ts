import { PART_LABEL } from "../../domain/daily.ts";
import { hinders, warns, type Rule } from "./asked.ts";

/** Any write to a job runs it again. */
export const noJob: Rule = (asked) => {
  if (asked.of !== "service" || !asked.subject.mode.endsWith("-job")) return null;
  return hinders(
    "job",
    "it is a job, which any write would run again; use Docker's own command line for that",
  );
};

/** Of the other modes nobody sets a number. */
export const replicated: Rule = (asked) => {
  if (asked.of !== "service" || asked.act.act !== "scale" || asked.subject.mode !== "global") return null;
  return hinders(
    "replicated",
    "it is global: one task on each node that its constraints admit, and no number to set",
  );
};

/** A change of image needs a container of one. */
export const container: Rule = (asked) => {
  if (asked.of !== "service" || asked.act.act !== "image" || asked.subject.image !== null) return null;
  return hinders("container", "it runs no container of an image");
};

/** A write would take the place of the move's own, and cost the replica that is being moved until its new task runs. */
export const notMoving: Rule = (asked) => {
  if (asked.of !== "service" || !asked.subject.steered) return null;
  return hinders("moving", "Ballast is moving a task of it; ask again when that is over");
};

/** A write would cut the update off, and what it was to go back to would be lost. To roll back is the way out. */
export const notUpdating: Rule = (asked) => {
  if (asked.of !== "service") return null;
  const { updateState } = asked.subject;
  const { act } = asked.act;
  if (updateState === "rollback_started")
    return hinders("updating", "it is being rolled back; ask again when that is over");
  if (act === "rollback") return null;
  if (updateState === "updating")
    return hinders("updating", "it is being updated; ask again when that is over, or roll it back");
  if (updateState !== "paused" && updateState !== "rollback_paused") return null;
  const what = updateState === "paused" ? "update" : "rollback";
  // A mended image is the other way out, for those who know that the old spec is then forgotten.
  return act === "image"
    ? warns(
        "updating",
        `its ${what} is paused, and the spec before it would be forgotten; roll it back instead`,
      )
    : hinders("updating", `its ${what} is paused; roll it back, or give it another image`);
};

/** To what was before; a step of a move is nobody's wish, and holds the service to one node. */
export const hasPrevious: Rule = (asked) => {
  if (asked.of !== "service" || asked.act.act !== "rollback") return null;
  switch (asked.subject.previous) {
    case "owners":
      return null;
    case "none":
      return hinders("previous", "Swarm remembers no spec before this one; deploy the one that is wanted");
    case "steered":
      return hinders(
        "previous",
        "the last write was a move by Ballast, and Swarm would go back into it; deploy the spec that is wanted",
      );
  }
};

/** To nothing only by one who means it, and all the more so what answers here. */
export const notToNothing: Rule = (asked) => {
  if (asked.of !== "service" || asked.act.act !== "scale" || asked.act.replicas > 0) return null;
  const { labels, replicas } = asked.subject;
  if (replicas === 0 || replicas === null) return null;
  return Object.hasOwn(labels, PART_LABEL)
    ? warns("nothing", "it is a part of Ballast itself, and nothing would answer here any more")
    : warns("nothing", "it would be stopped altogether");
};
