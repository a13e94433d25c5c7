import type { SwarmGateway } from "../../scheduler/act/gateway.ts";
import type { MoverOptions } from "../../scheduler/act/options.ts";
import {
  rawServiceOf,
  readRecord,
  type RawService,
  type RawSpec,
  type RawTask,
} from "../../scheduler/act/raw.ts";
import { STEER_LABEL, type SteerRecord } from "../../scheduler/domain/steer.ts";
import { aRawSpec, aRawTask } from "./raw-builder.ts";

export type GatewayCall = "service" | "tasks" | "write";

/** What happens besides. */
export interface Script {
  /** Before a call is answered. May change the swarm; may throw, and then there is no answer. */
  readonly before?: (call: GatewayCall, swarm: FakeSwarmGateway) => void;
  /** What Swarm makes of a write it took. May throw: then the writer gets no answer to a write that was taken. */
  readonly onWritten?: (swarm: FakeSwarmGateway) => void;
}

/** A manager of one service, in memory: versions as Swarm has them, and what else happens by script. */
export class FakeSwarmGateway implements SwarmGateway {
  spec: RawSpec;
  standing: readonly RawTask[] = [aRawTask("web.1")];
  update: { readonly State: string; readonly Message: string } | null = null;
  removed = false;
  /** Every spec that was taken, in order. */
  readonly writes: RawSpec[] = [];
  readonly calls: GatewayCall[] = [];
  #script: Script;
  #version = 7;
  #updatedAtMs = Date.now() - 1_200_000;

  constructor(script: Script = {}, spec: RawSpec = aRawSpec()) {
    this.#script = script;
    this.spec = spec;
  }

  /** From now on, this happens. */
  follow(script: Script): void {
    this.#script = script;
  }

  /** The record of the move that the spec carries. */
  get record(): SteerRecord | null {
    const labels = this.spec["Labels"] as Readonly<Record<string, string>> | null | undefined;
    return readRecord(labels?.[STEER_LABEL] ?? "");
  }

  /** Someone writes to the service. */
  edit(change: (spec: RawSpec) => RawSpec): void {
    this.spec = change(this.spec);
    this.#version += 1;
    this.#updatedAtMs = Date.now();
  }

  /** A new task starts on the node and the old one ends. */
  land(nodeId: string): void {
    const now = Date.now();
    const ended = this.standing.map((task) => ({ ...task, state: "shutdown", desired: "shutdown" }));
    this.standing = [...ended, aRawTask("web.1b", { nodeId, createdAtMs: now, stateSinceMs: now })];
  }

  async service(): Promise<RawService | null> {
    await this.#called("service");
    if (this.removed) return null;
    const told = { ID: "web", Version: { Index: this.#version }, UpdateStatus: this.update, Spec: this.spec };
    return rawServiceOf({ ...told, UpdatedAt: new Date(this.#updatedAtMs).toISOString() });
  }

  async tasks(): Promise<readonly RawTask[]> {
    await this.#called("tasks");
    return this.standing;
  }

  async write(service: RawService, spec: RawSpec): Promise<"written" | "conflict"> {
    await this.#called("write");
    if (service.version !== this.#version) return "conflict";
    this.writes.push(spec);
    // Through text, as a manager has it.
    this.edit(() => JSON.parse(JSON.stringify(spec)) as RawSpec);
    this.#script.onWritten?.(this);
    return "written";
  }

  async #called(call: GatewayCall): Promise<void> {
    this.calls.push(call);
    await Promise.resolve();
    this.#script.before?.(call, this);
  }
}

/** Swarm at its best: what is steered lands at once. */
export const LANDS: Script = {
  onWritten: (swarm) => {
    if (swarm.record !== null) swarm.land(swarm.record.to);
  },
};

/** Options under which nothing has to be waited for and nothing runs out, unless told otherwise. */
export function moverOptions(gateway: SwarmGateway, over: Partial<MoverOptions> = {}): MoverOptions {
  return {
    gateway,
    deadlineSeconds: 3600,
    stabilitySeconds: 0,
    stopGraceSeconds: 3600,
    updaterSeconds: 0,
    aftermathSeconds: 0,
    pollSeconds: 0.001,
    onStep: () => undefined,
    ...over,
  };
}
