import type { Service } from "../../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { aNode, aSwarm, stands } from "../../../../support/swarm-builder.ts";
import type { FilterCases } from "./filter-case.ts";

/** The target filter that asks whether the image can be had. `web.1`, on n1, wants to go to n2. */
export const IMAGE_CASES: FilterCases = {
  accepts: [
    { title: "a registry gave its digest", swarm: listed("web:1@sha256:ab", []) },
    { title: "it is there", swarm: listed("web:1", ["other:1", "web:1"]) },
    { title: "it is there, spelled otherwise", swarm: listed("docker.io/library/web", ["web:latest"]) },
    { title: "what is there is not known", swarm: { ...listed("web:1", []), images: { n1: [] } } },
    { title: "the service names none", swarm: listed("", []) },
    { title: "a task of it runs there, though the list lacks it", swarm: beside({}) },
    { title: "the other service's update is over", swarm: beside({ updateState: "completed" }) },
  ],
  refuses: [
    {
      title: "it is not there and no registry was asked",
      swarm: listed("web:1", ["web:2", "web:latest"]),
      says: /^web:1 is not on n2, and no registry was asked for it when the service was deployed \(no digest\)$/,
    },
    {
      title: "no image is there",
      swarm: listed("web", []),
      says: /^web is not on n2/,
    },
    {
      title: "only another registry's image of that name is there",
      swarm: listed("web:1", ["here:5000/web:1"]),
      says: /web:1 is not on n2/,
    },
    {
      title: "a task of another image runs there",
      swarm: beside({ image: "web:2" }),
      says: /web:1 is not on n2/,
    },
    {
      title: "a task that runs there may be of the image before the update",
      swarm: beside({ updateState: "updating" }),
      says: /web:1 is not on n2/,
    },
    {
      title: "a task of it does not run there yet",
      swarm: beside({}, "preparing"),
      says: /web:1 is not on n2/,
    },
  ],
};

/** `web` of the image; n2 has these. */
function listed(image: string, images: readonly string[]): Snapshot {
  const swarm = aSwarm([aNode("n1"), aNode("n2")], stands("web", [{ on: "n1" }], { image }));
  return { ...swarm, images: { n2: images } };
}

/** A list without `web:1`, and on n2 a task of another service, of `web:1` unless told otherwise. */
function beside(over: Partial<Service>, state = "running"): Snapshot {
  const swarm = aSwarm(
    [aNode("n1"), aNode("n2")],
    stands("web", [{ on: "n1" }], { image: "web:1" }),
    stands("other", [{ on: "n2", state }], { image: "docker.io/library/web:1", ...over }),
  );
  return { ...swarm, images: { n2: [] } };
}
