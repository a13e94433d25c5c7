import type { Filter } from "../filter.ts";
import type { CgroupTree } from "../sources/cgroup/tree.ts";
import type { ContainerCgroup } from "../sources/cgroup/walk.ts";
import type { ContainerIdentity } from "../sources/docker/api.ts";
import type { Sources } from "../sources/sources.ts";

/** A container's cgroup and who Docker says that it is: null when it does not know. */
export interface NamedContainer extends ContainerCgroup {
  readonly identity: ContainerIdentity | null;
}

/**
 * The node's containers whose names pass, and those that Docker cannot name. At once when all are named; else Docker is
 * asked first.
 */
export function namedContainers(
  cgroups: CgroupTree,
  { node, identity }: Pick<Sources, "node" | "identity">,
  isShown: Filter,
): readonly NamedContainer[] | Promise<readonly NamedContainer[]> {
  const found = cgroups.containers(node.cgroup ?? "/");

  function shown(): readonly NamedContainer[] {
    return found
      .map((at) => ({ ...at, identity: identity.container(at.id) }))
      .filter((container) => container.identity === null || isShown(container.identity.name));
  }

  return found.every(({ id }) => identity.container(id) !== null)
    ? shown()
    : identity.learn(found.map(({ id }) => id)).then(shown);
}
