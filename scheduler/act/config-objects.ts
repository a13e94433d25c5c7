import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../common/docker-call.ts";
import { statusOf } from "./gateway.ts";

// Config objects are where Ballast keeps in the swarm what belongs to no service and no node.

const CONFIG = z.object({
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
});

/** The client makes a handle of the answer. */
const CREATED = z.object({ id: z.string() });

/** Somebody else's write in between is met by reading anew; more of them than this are a reason to say so. */
const ATTEMPTS = 5;

type Labels = Readonly<Record<string, string>>;

export interface NewConfig {
  readonly name: string;
  readonly labels: Labels;
  /** What is kept as JSON; it can never be changed. */
  readonly content: unknown;
}

/** Creates one, and tells its id; null when one of that name is there. */
export async function createConfig(
  docker: Docker,
  { name, labels, content }: NewConfig,
): Promise<string | null> {
  const Data = Buffer.from(JSON.stringify(content)).toString("base64");
  try {
    const made: unknown = await answered(docker, () =>
      docker.createConfig({ Name: name, Labels: labels, Data }),
    );
    return CREATED.parse(made).id;
  } catch (error) {
    if (statusOf(error) === 409) return null;
    throw error;
  }
}

/**
 * Writes the labels of one, all that can be written of it, as a function of those it has; null leaves it as it is, and so
 * does one that is gone.
 */
export async function relabelConfig(
  docker: Docker,
  id: string,
  relabelled: (labels: Labels) => Labels | null,
): Promise<void> {
  const config = docker.getConfig(id);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Version, Spec } = CONFIG.parse(await answered(docker, () => config.inspect()));
      const labels = relabelled(Spec.Labels ?? {});
      if (labels === null) return;
      const update = { _query: { version: Version.Index }, _body: { ...Spec, Labels: labels } };
      await answered(docker, () => config.update(update));
      return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      if (attempt === ATTEMPTS || !String(error).includes("update out of sequence")) throw error;
    }
  }
}

/** Removes one; nothing happens when it is gone. */
export async function removeConfig(docker: Docker, id: string): Promise<void> {
  try {
    await answered(docker, () => docker.getConfig(id).remove());
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
