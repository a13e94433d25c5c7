import type { Refusal } from "../../domain/decision.ts";

/** By the name of a rule, the smallest change that would make it say yes. */
const MENDS: Readonly<Record<string, string>> = {
  focus: "ask about all, or about what this is part of",
  mode: "none: only replicated services are moved",
  paused: "resume it: ballast resume",
  owner: "change its label, or take the other tool's label off",
  updating: "let the update end; mend or roll back one that is paused",
  quiet: "wait until the quiet period is over, or shorten moves.quiet",
  "local-data":
    "keep its data on the network, or set the label ballast.move=stop-first where two writers are the trouble",
  "generic-resources": "none: Swarm shows no remainder of generic resources",
  "replicas-running": "bring the service to its full number of replicas",
  "usage-known": "wait for a whole load window, or see that its node's agent is scraped",
  origin: "wait until the loads of its node are known, or see that its agent is scraped",
  cooldown: "wait until the cooldown is over, or shorten moves.cooldown",
  "node-state": "bring the node back, or set its availability to active",
  constraints: "take the constraint off the service, or give the node what it asks for",
  platform: "build the image for the node's platform too",
  "replicas-per-node": "raise max_replicas_per_node of the service, or add a node",
  "host-ports": "free the port there, or publish it through the ingress network",
  reservations: "lower reservations of services there, or free that much of the node",
  image: "push the image to a registry and deploy with its digest, or load it on the node",
  apart: "none needed: another node keeps its copies farther apart",
  steerable: "take the spread preference off the service, or let it have one copy a node",
  lesson: "wait until the lesson is forgotten, or find out what goes wrong there",
  settled: "wait until the loads of the node are known, or see that its agent is scraped",
  headroom: "free that much of the node, or raise the target mark",
  "no-gain": "none: it would cost more than it brings",
  changed: "none: the next round looks again",
};

/** What would unlock a move that these rules refuse. */
export function mendFor(refusals: readonly Refusal[]): string {
  const mends = new Set(refusals.map(({ filter }) => MENDS[filter] ?? `see to what ${filter} says`));
  return mends.size === 0 ? "none needed" : [...mends].join("; and ");
}

/** The rules for which a mend is known: every one that refuses, by test. */
export const MENDED_RULES: readonly string[] = Object.keys(MENDS);
