import { createMover } from "../../../../scheduler/act/mover.ts";
import type { RawSpec } from "../../../../scheduler/act/raw.ts";
import { steeredSpec } from "../../../../scheduler/act/steer-spec.ts";
import type { SteerRecord } from "../../../../scheduler/domain/steer.ts";
import { ordersSeen, servicesSeen, type SwarmSeen } from "../../../../scheduler/leave/seen.ts";
import type { LeaveParts } from "../../../../scheduler/leave/take-out.ts";
import { FakeSwarmGateway, moverOptions, type Script } from "../../../support/fake-swarm-gateway.ts";
import { aRawSpec, aRecord } from "../../../support/raw-builder.ts";
import { aNode } from "../../../support/swarm-builder.ts";

const LATER = new Date(Date.now() + 3_600_000).toISOString();
export const AT = "2026-01-15T12:00:00.000Z";
export const NODES = [aNode("n1", { hostname: "alpha" }), aNode("n2", { hostname: "bravo" })];

/** A service as the Docker API tells of it. */
export function toldService(id: string, spec: RawSpec, previous: RawSpec | null = null): object {
  return {
    ID: id,
    Version: { Index: 1 },
    UpdatedAt: AT,
    Spec: spec,
    ...(previous === null ? {} : { PreviousSpec: previous }),
  };
}

/** A config object of the Docker API that keeps an order. */
export function toldOrder(name: string, kind: string, content: object | string): object {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return {
    ID: `id-of-${name}`,
    Spec: {
      Name: name,
      Labels: { "ballast.order": kind },
      Data: Buffer.from(text).toString("base64"),
    },
  };
}

/** An owner's spec as a scheduler that was killed left it. */
export function steered(owners: RawSpec = aRawSpec(), over: Partial<SteerRecord> = {}): RawSpec {
  return steeredSpec(owners, aRecord(owners, { deadline: LATER, ...over }), { stabilitySeconds: 0 });
}

/** What a swarm holds that has these. */
export function seen(over: Partial<SwarmSeen> = {}): SwarmSeen {
  return { services: [], schedulerTasks: [], nodes: NODES, orders: [], ...over };
}

/** A swarm of one service, `web`, and some orders, in memory: a fake that takes what the real mover writes. */
export class FakeLeaveSwarm implements LeaveParts {
  readonly gateway: FakeSwarmGateway;
  /** By name: what removing the order throws. */
  readonly stubborn = new Map<string, Error>();
  readonly others: object[] = [];
  #orders: readonly object[];

  constructor(spec: RawSpec = aRawSpec(), orders: readonly object[] = [], script: Script = {}) {
    this.gateway = new FakeSwarmGateway(script, spec);
    this.#orders = orders;
  }

  readonly read = (): Promise<SwarmSeen> => {
    const services = this.gateway.removed ? [] : [toldService("web", this.gateway.spec)];
    return Promise.resolve(
      seen({ services: servicesSeen([...services, ...this.others]), orders: ordersSeen(this.#orders) }),
    );
  };

  readonly mover: LeaveParts["mover"] = (onStep) => createMover(moverOptions(this.gateway, { onStep }));

  readonly orders: LeaveParts["orders"] = {
    takeBack: (id) => {
      const stubborn = this.stubborn.get(id);
      if (stubborn !== undefined) return Promise.reject(stubborn);
      this.#orders = this.#orders.filter((order) => !("ID" in order) || order.ID !== id);
      return Promise.resolve();
    },
  };
}
