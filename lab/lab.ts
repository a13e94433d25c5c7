/**
 * A real Docker swarm of many nodes on one Linux machine: every node is a set of namespaces with a daemon of its own.
 * This is the front door; README.md says how it is made.
 */
export { down } from "./down.ts";
export { LabError } from "./errors.ts";
export { execOn } from "./exec.ts";
export { fault, FAULTS, isFault, type Fault } from "./faults.ts";
export { buildImages } from "./images/build.ts";
export { loadImages } from "./images/load.ts";
export { IMAGES } from "./images/recipes.ts";
export type { ImageSet } from "./images/set.ts";
export type { Lab, LabNode } from "./names.ts";
export { dockerOf } from "./node/daemon.ts";
export { defaultDir, labOptions, optionFaults, type LabOptions, type LabRef } from "./options.ts";
export { loadState as open } from "./state.ts";
export { status, type LabStatus, type NodeStatus } from "./status.ts";
export { aManager } from "./swarm.ts";
export { addNode, up } from "./up.ts";
export { waitFor } from "./wait.ts";
