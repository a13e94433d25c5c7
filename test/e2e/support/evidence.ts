import type Docker from "dockerode";
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
