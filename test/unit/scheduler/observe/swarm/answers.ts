import { readText } from "../../../../support/repository.ts";

/** What a manager answers: nodes, services and tasks of every kind, as the Engine API documents them. */
export function answerOf(kind: "nodes" | "services" | "tasks"): readonly unknown[] {
  return JSON.parse(readText(`test/fixtures/swarm/${kind}.json`)) as readonly unknown[];
}
