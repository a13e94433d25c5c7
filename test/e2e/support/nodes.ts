import { waitFor } from "../../../lab/lab.ts";
import type { TestLab } from "./lab.ts";

/** What the tests write of a node. */
interface NodeSpec {
  readonly Labels: Readonly<Record<string, string>>;
}

/** Sets a label of a node, or takes it off (null), as its owner would. Tried again when someone else wrote first. */
export async function setNodeLabel(
  { docker, nodeId }: TestLab,
  hostname: string,
  label: string,
  value: string | null,
): Promise<void> {
  const node = docker.getNode(await nodeId(hostname));
  await waitFor(`the label of ${hostname}`, async () => {
    const { Version, Spec } = (await node.inspect()) as {
      readonly Version: { readonly Index: number };
      readonly Spec: NodeSpec;
    };
    const others = Object.entries(Spec.Labels).filter(([name]) => name !== label);
    const Labels = Object.fromEntries(value === null ? others : [...others, [label, value]]);
    await node.update({ version: Version.Index, ...Spec, Labels });
    return true;
  });
}
