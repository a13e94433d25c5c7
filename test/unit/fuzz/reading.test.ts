import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KEYS_OF_OBJECTS } from "../../support/hostile-values.ts";
import { playRound } from "../../support/hostile-round.ts";
import { startHostileServers } from "../../support/hostile-servers.ts";
import { at } from "../../support/hostile-swarm.ts";
import { soundDocuments, type Documents, type Json, type JsonObject } from "../../support/hostile-world.ts";

const servers = await startHostileServers(soundDocuments(Date.now()));

type Kind = "nodes" | "services" | "tasks" | "configs";

/** Why nothing was moved after a change of the manager's answers; nothing was written either. */
async function doubtAfter(change: (documents: Documents) => void): Promise<string> {
  const documents = soundDocuments(Date.now());
  change(documents);
  servers.play(documents);
  const { decision } = await playRound(servers);
  assert.equal(decision.outcome, "untrusted");
  assert.deepEqual(servers.writes, []);
  return decision.reason;
}

/** Sets a value deep in the second object of a list. */
function setIn(kind: Kind, keys: readonly string[], value: Json): (documents: Documents) => void {
  return ({ docker }) => {
    const [object = {}] = docker[kind].slice(-1);
    const holder = at(object, ...keys.slice(0, -1)) as JsonObject;
    holder[keys.at(-1) ?? ""] = value;
  };
}

describe("what a manager never tells is doubted by its place", () => {
  it("an id that is a key of every object, or a way to another path", async () => {
    for (const kind of ["nodes", "services", "tasks", "configs"] as const) {
      for (const id of [
        ...KEYS_OF_OBJECTS.filter((key) => key in {}),
        "",
        "..",
        "../nodes/x",
        "a?b",
        "a b",
      ]) {
        const reason = await doubtAfter(setIn(kind, ["ID"], id));
        assert.match(reason, new RegExp(`at ${kind}\\[\\d\\]\\.ID$`), id);
      }
    }
  });

  it("a time that is none", async () => {
    const places: readonly (readonly [Kind, readonly string[]])[] = [
      ["nodes", ["UpdatedAt"]],
      ["services", ["UpdatedAt"]],
      ["tasks", ["Status", "Timestamp"]],
    ];
    for (const [kind, keys] of places) {
      const reason = await doubtAfter(setIn(kind, keys, "yesterday"));
      assert.match(reason, new RegExp(`at ${kind}\\[\\d\\]\\.${keys.join("\\.")}$`));
    }
  });

  it("less than nothing", async () => {
    const places: readonly (readonly [Kind, readonly string[]])[] = [
      ["nodes", ["Description", "Resources", "NanoCPUs"]],
      ["nodes", ["Description", "Resources", "MemoryBytes"]],
      ["services", ["Spec", "TaskTemplate", "Resources", "Reservations", "MemoryBytes"]],
      ["services", ["Spec", "TaskTemplate", "Placement", "MaxReplicas"]],
      ["tasks", ["Slot"]],
    ];
    for (const [kind, keys] of places) {
      const reason = await doubtAfter(setIn(kind, keys, -1));
      assert.match(reason, new RegExp(`at ${kind}\\[\\d\\]\\.${keys.join("\\.")}$`));
    }
  });

  it("one thing twice", async () => {
    for (const kind of ["nodes", "services", "tasks", "configs"] as const) {
      const reason = await doubtAfter(({ docker }) =>
        docker[kind].push(structuredClone(docker[kind][0] ?? {})),
      );
      assert.match(reason, new RegExp(`is listed twice → at ${kind}\\[\\d\\]\\.ID$`));
    }
  });
});
