import type { Service } from "../../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { aNode, aSwarm, NOW, stands, without, type Copy } from "../../../../support/swarm-builder.ts";
import type { FilterCases } from "./filter-case.ts";

const SECONDS = 1000;
const NFS = { type: "volume", target: "/data", readOnly: false, shared: true };

/** One case or more, both ways, for each filter of TASK_FILTERS, by its name. */
export const TASK_FILTER_CASES: Readonly<Record<string, FilterCases>> = {
  focus: {
    accepts: [
      { title: "anything where all is asked about", swarm: web() },
      { title: "its service", swarm: web(), policy: { focus: { kind: "service", id: "web" } } },
      { title: "its node", swarm: web(), policy: { focus: { kind: "node", id: "n1" } } },
    ],
    refuses: [
      {
        title: "where another service is asked about",
        swarm: web(),
        policy: { focus: { kind: "service", id: "other" } },
        says: /one service/,
      },
      {
        title: "where another node is asked about",
        swarm: web(),
        policy: { focus: { kind: "node", id: "n2" } },
        says: /one node/,
      },
    ],
  },
  mode: {
    accepts: [{ title: "a replicated service", swarm: web() }],
    refuses: [
      { title: "a global service", swarm: web({ mode: "global", replicas: null }), says: /global service/ },
      { title: "a job", swarm: web({ mode: "replicated-job" }), says: /replicated-job service/ },
      { title: "a global job", swarm: web({ mode: "global-job" }), says: /global-job service/ },
    ],
  },
  paused: {
    accepts: [
      { title: "no order", swarm: web() },
      { title: "a pause of another service", swarm: pausing("other", null) },
      { title: "a pause that ran out", swarm: pausing("web", NOW - SECONDS) },
      { title: "a pause of everything, which stops plans instead", swarm: pausing(null, null) },
    ],
    refuses: [
      { title: "a pause of it", swarm: pausing("web", null), says: /paused since .*: freeze/ },
      { title: "a pause for a time", swarm: pausing("web", NOW + SECONDS), says: /paused/ },
    ],
  },
  owner: {
    accepts: [
      { title: "no label", swarm: web() },
      { title: "labels of others", swarm: web({ labels: { "traefik.enable": "true" } }) },
      { title: "stop-first", swarm: web({ labels: { "ballast.move": "stop-first" } }) },
      { title: "start-first", swarm: web({ labels: { "ballast.move": "start-first" } }) },
    ],
    refuses: [
      { title: "never", swarm: web({ labels: { "ballast.move": "never" } }), says: /ballast\.move=never/ },
      {
        title: "a word it does not know, rather than guess",
        swarm: web({ labels: { "ballast.move": "Never" } }),
        says: /"Never"; write start-first, stop-first or never/,
      },
      { title: "an empty word", swarm: web({ labels: { "ballast.move": "" } }), says: /""/ },
      {
        title: "a service of swarm-cronjob",
        swarm: web({ labels: { "swarm.cronjob.schedule": "* * * * *" } }),
        says: /swarm\.cronjob\.schedule/,
      },
    ],
  },
  updating: {
    accepts: [
      { title: "no update ever", swarm: web({ updateState: null }) },
      { title: "a completed update", swarm: web({ updateState: "completed" }) },
    ],
    refuses: [
      ...["updating", "paused", "rollback_started", "rollback_paused", "rollback_completed"].map(
        (updateState) => ({
          title: `an update that is ${updateState}`,
          swarm: web({ updateState }),
          says: new RegExp(updateState),
        }),
      ),
      {
        title: "a move under way",
        swarm: web({ steer: { moveId: "m42", deadline: "", record: "" } }),
        says: /move m42 of it is under way/,
      },
    ],
  },
  quiet: {
    accepts: [
      { title: "a spec written just long enough ago", swarm: web({ updatedAtMs: NOW - 600 * SECONDS }) },
    ],
    refuses: [
      {
        title: "a spec written a second too late",
        swarm: web({ updatedAtMs: NOW - 599 * SECONDS }),
        says: /599 s ago; the quiet period is 600 s/,
      },
      {
        title: "a spec written in the future, by a clock that runs ahead",
        swarm: web({ updatedAtMs: NOW + 5 * SECONDS }),
        policy: { quietSeconds: 0 },
        says: /-5 s ago/,
      },
    ],
  },
  "local-data": {
    accepts: [
      { title: "no mount", swarm: web() },
      { title: "a network volume that is only read", swarm: web({ mounts: [{ ...NFS, readOnly: true }] }) },
      {
        title: "a network volume, stopped first by its owner's word",
        swarm: web({ mounts: [NFS], labels: { "ballast.move": "stop-first" } }),
      },
      {
        title: "a network volume that several replicas write to anyway",
        swarm: web({ mounts: [NFS] }, [{ on: "n1" }, { on: "n2" }]),
      },
    ],
    refuses: [
      ...["bind", "volume", "tmpfs"].map((type) => ({
        title: `a ${type} mount`,
        swarm: web({ mounts: [{ ...NFS, type, shared: false }], labels: { "ballast.move": "stop-first" } }),
        says: new RegExp(`${type} mount at /data may hold data of this node`),
      })),
      {
        title: "a network volume that one replica writes to",
        swarm: web({ mounts: [NFS] }),
        says: /two tasks would write to its volume mount at \/data .* ballast\.move=stop-first/,
      },
      {
        title: "a cluster volume, which may be for one node at a time, of several replicas",
        swarm: web({ mounts: [{ ...NFS, type: "cluster" }] }, [{ on: "n1" }, { on: "n2" }]),
        says: /its cluster mount/,
      },
    ],
  },
  "generic-resources": {
    accepts: [{ title: "none reserved", swarm: web() }],
    refuses: [
      { title: "a GPU reserved", swarm: web({ genericReservations: true }), says: /generic resources/ },
    ],
  },
  "replicas-running": {
    accepts: [
      { title: "the one replica runs", swarm: web() },
      { title: "all replicas run", swarm: web({}, [{ on: "n1" }, { on: "n2" }]) },
      {
        title: "a replica of long ago has stopped",
        swarm: web({ replicas: 1 }, [{ on: "n1" }, { on: "n2", state: "shutdown", desired: "shutdown" }]),
      },
    ],
    refuses: [
      {
        title: "a replica is missing",
        swarm: web({ replicas: 2 }),
        says: /1 of 2 replicas run/,
      },
      {
        title: "one runs too many",
        swarm: web({ replicas: 1 }, [{ on: "n1" }, { on: "n2" }]),
        says: /2 of 1 replicas run/,
      },
      {
        title: "another is starting",
        swarm: web({ replicas: 1 }, [{ on: "n1" }, { on: "n2", state: "starting" }]),
        says: /1 of its tasks are starting or stopping/,
      },
      {
        title: "another waits for a node",
        swarm: web({ replicas: 2 }, [{ on: "n1" }, { on: "", state: "pending" }]),
        says: /1 of 2 replicas run/,
      },
      {
        title: "the task itself is starting",
        swarm: web({}, [{ on: "n1", state: "starting" }]),
        says: /the task is starting/,
      },
      {
        title: "the task itself is to stop",
        swarm: web({}, [{ on: "n1", desired: "shutdown" }]),
        says: /wanted shutdown/,
      },
      {
        title: "Swarm tells no number of replicas",
        swarm: web({ replicas: null }),
        says: /1 of 0 replicas run/,
      },
    ],
  },
  "usage-known": {
    accepts: [
      { title: "measured", swarm: web({}, [{ on: "n1", cpu: 1 }]) },
      { title: "measured, and idle", swarm: web({}, [{ on: "n1", cpu: 0 }]) },
    ],
    refuses: [{ title: "not measured", swarm: unmeasured("web.1"), says: /not measured/ }],
  },
  origin: {
    accepts: [
      { title: "all there is measured", swarm: web() },
      { title: "what is not known stands elsewhere", swarm: withStranger("n2") },
    ],
    refuses: [
      {
        title: "of a task beside it nothing is known",
        swarm: withStranger("n1"),
        says: /the load of its node n1 is not known: 1 task\(s\) there not measured/,
      },
      {
        title: "its node is not measured",
        swarm: { ...web(), nodeUsage: without(web().nodeUsage, "n1") },
        says: /n1 is not known: its agent/,
      },
      {
        title: "its node is down",
        swarm: aSwarm([aNode("n1", { state: "down" }), aNode("n2")], stands("web", [{ on: "n1" }])),
        says: /it is down/,
      },
    ],
  },
  cooldown: {
    accepts: [
      { title: "just old enough", swarm: web({}, [{ on: "n1", stateSinceMs: NOW - 600 * SECONDS }]) },
      {
        title: "another copy is young",
        swarm: web({}, [{ on: "n1" }, { on: "n2", stateSinceMs: NOW - 5 * SECONDS }]),
      },
    ],
    refuses: [
      {
        title: "a second too young",
        swarm: web({}, [{ on: "n1", stateSinceMs: NOW - 599 * SECONDS }]),
        says: /599 s ago; the cooldown is 600 s/,
      },
    ],
  },
};

function web(over: Partial<Service> = {}, copies: readonly Copy[] = [{ on: "n1" }]): Snapshot {
  return aSwarm([aNode("n1"), aNode("n2")], stands("web", copies, over));
}

function unmeasured(taskId: string): Snapshot {
  const swarm = web();
  return { ...swarm, taskUsage: without(swarm.taskUsage, taskId) };
}

/** With a task on the node of whose service nothing was measured yet. */
function withStranger(nodeId: string): Snapshot {
  const swarm = aSwarm(
    [aNode("n1"), aNode("n2")],
    stands("web", [{ on: "n1" }]),
    stands("new", [{ on: nodeId }]),
  );
  return { ...swarm, taskUsage: without(swarm.taskUsage, "new.1") };
}

function pausing(service: string | null, untilMs: number | null): Snapshot {
  const until = untilMs === null ? null : new Date(untilMs).toISOString();
  const at = new Date(NOW - 60 * SECONDS).toISOString();
  return { ...web(), orders: [{ kind: "pause", id: "p1", service, until, reason: "freeze", at }] };
}
