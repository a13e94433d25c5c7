import { apart } from "./apart.ts";
import { constraints } from "./constraints.ts";
import type { TargetFilter } from "./filter.ts";
import { headroom } from "./headroom.ts";
import { hostPorts } from "./host-ports.ts";
import { image } from "./image.ts";
import { lesson } from "./lesson.ts";
import { nodeState } from "./node-state.ts";
import { platform } from "./platform.ts";
import { replicasPerNode } from "./replicas-per-node.ts";
import { reservations } from "./reservations.ts";
import { settled } from "./settled.ts";
import { steerable } from "./steerable.ts";

/** What must hold for a task to stand on a node. Swarm's own rules first, then ours; the first that refuses is shown. */
export const TARGET_FILTERS: readonly TargetFilter[] = [
  nodeState, // ready and active
  constraints, // the owner's own placement
  platform, // the image runs there
  replicasPerNode, // Swarm counts the old copy too while both run
  hostPorts, // two tasks cannot hold one port of a node
  reservations, // Swarm would leave it pending
  image, // the node could not start it
  apart, // a move never puts copies closer together
  steerable, // Swarm itself must choose this node
  lesson, // what went wrong there would go wrong again
  settled, // unknown is a reason not to move
  headroom, // the hot spot must not travel along
];
