import type Docker from "dockerode";
import { dockerOf, type Lab } from "../../../lab/lab.ts";
import { nodesOf, servicesOf } from "./lab.ts";

/** Every spec and version that a write would change, by name. */
export interface SwarmSpecs {
  readonly services: Readonly<Record<string, { readonly spec: unknown; readonly version: number }>>;
  readonly nodes: Readonly<Record<string, { readonly spec: unknown; readonly version: number }>>;
}

/** Reads them off the swarm. */
export async function specsOf(docker: Docker): Promise<SwarmSpecs> {
  const [services, nodes] = await Promise.all([servicesOf(docker), nodesOf(docker)]);
  return {
    services: Object.fromEntries(
      services.map(({ Spec, Version }) => [Spec.Name, { spec: Spec, version: Version.Index }]),
    ),
    nodes: Object.fromEntries(
      nodes.map(({ Description, Spec, Version }) => [
        Description.Hostname,
        { spec: Spec, version: Version.Index },
      ]),
    ),
  };
}

/** The specs alone: after a move the version has grown, and the spec is what it was. */
export function withoutVersions({ services, nodes }: SwarmSpecs): unknown {
  const specs = (entries: SwarmSpecs["services"]) =>
    Object.fromEntries(Object.entries(entries).map(([name, { spec }]) => [name, spec]));
  return { services: specs(services), nodes: specs(nodes) };
}

/** A container's event as its own daemon tells it. */
export interface ContainerEvent {
  readonly node: string;
  readonly action: string;
  readonly task: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** Container events of a lab's nodes since a moment, from the daemons themselves, in the order of their times. */
export async function eventsSince(lab: Lab, sinceMs: number): Promise<readonly ContainerEvent[]> {
  const perNode = await Promise.all(
    lab.nodes.map(async (node) => {
      const stream = await dockerOf(node).getEvents({
        since: sinceMs / 1000,
        until: Date.now() / 1000,
        filters: JSON.stringify({ type: ["container"] }),
      });
      let text = "";
      for await (const chunk of stream) text += String(chunk);
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => eventOf(node.name, JSON.parse(line) as RawEvent));
    }),
  );
  return perNode.flat().sort((a, b) => a.atMs - b.atMs);
}

interface RawEvent {
  readonly Action: string;
  readonly timeNano: number;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

function eventOf(node: string, { Action, timeNano, Actor }: RawEvent): ContainerEvent {
  return {
    node,
    action: Action,
    task: Actor.Attributes["com.docker.swarm.task.id"] ?? "",
    service: Actor.Attributes["com.docker.swarm.service.name"] ?? "",
    atMs: timeNano / 1e6,
  };
}
