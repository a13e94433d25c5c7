import { attributeOf, parseConstraint, refusingConstraint } from "../domain/constraint.ts";
import type { Node } from "../domain/node.ts";
import type { Service } from "../domain/service.ts";

/** Labels by which a service's owner says where its tasks had better stand. Wishes: none of them forbids anything. */
export const FOLLOW_LABEL = "ballast.follow";
export const SPREAD_LABEL = "ballast.spread";
export const PREFER_LABEL = "ballast.prefer";

const STACK_LABEL = "com.docker.stack.namespace";

/** The service that this one wants to be beside, by its name or its name within the same stack; null without one. */
export function anchorOf(service: Service, byName: ReadonlyMap<string, Service>): Service | null {
  const wish = service.labels[FOLLOW_LABEL];
  if (wish === undefined) return null;
  const stack = service.labels[STACK_LABEL];
  const anchor = (stack === undefined ? undefined : byName.get(`${stack}_${wish}`)) ?? byName.get(wish);
  return anchor === undefined || anchor.id === service.id ? null : anchor;
}

/** The value over which the service is to be spread; null where its owner asks for none. */
export function spreadValue({ labels }: Service, node: Node): string | null {
  const key = labels[SPREAD_LABEL];
  return key === undefined ? null : attributeOf(node, key);
}

/** Whether the service would rather not stand on the node. */
export function mindsNode({ labels }: Service, node: Node): boolean {
  const wish = labels[PREFER_LABEL];
  return wish !== undefined && refusingConstraint(node, [wish]) !== null;
}

/** What is wrong with the wishes of a service, each with the label and the mend. */
export function faultsOfWishes(service: Service, byName: ReadonlyMap<string, Service>): readonly string[] {
  const { [FOLLOW_LABEL]: follow, [SPREAD_LABEL]: spread, [PREFER_LABEL]: prefer } = service.labels;
  const faults: string[] = [];
  if (follow !== undefined && anchorOf(service, byName) === null)
    faults.push(
      `its label ${FOLLOW_LABEL} names ${JSON.stringify(follow)}; write the name of another service`,
    );
  if (spread !== undefined && !/^(node|engine)\.labels\.[^.]|^node\.hostname$/i.test(spread))
    faults.push(
      `its label ${SPREAD_LABEL} says ${JSON.stringify(spread)}; write one such as node.labels.zone`,
    );
  const parsed = prefer === undefined ? null : parseConstraint(prefer);
  if (parsed !== null && !parsed.ok)
    faults.push(`its label ${PREFER_LABEL}: ${parsed.detail}; write one such as node.labels.disk==ssd`);
  return faults;
}
