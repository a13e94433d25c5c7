import type { AxiosInstance } from "axios";
import { HOST, NODE_IMAGE } from "../../../common/metrics/names.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { queryInstant, QueryError, type Sample } from "./client.ts";
import { newestAgents } from "./usage.ts";

/** Of one query: what it holds of each image stays well below what any server takes. */
const IMAGES_AT_ONCE = 100;
/** An agent that shows as many as this may know more: what it does not show may be there (see docs/metrics.md). */
const MOST_SHOWN = 1000;
const COLLECTOR = "images";

/**
 * Where these images are, by node id. A node has an entry only if its agent lists its images, and all of them. Asks for
 * the images given and not for all: 1000 nodes with 100 images each are 100 000 series.
 */
export async function readImagesFrom(
  http: AxiosInstance,
  images: readonly string[],
  atMs: number,
): Promise<Snapshot["images"]> {
  if (images.length === 0) return {};
  try {
    const [agents, lists, ...found] = await Promise.all(
      [`timestamp(${HOST.meta})`, WHOLE_LISTS, ...queriesForImages(images)].map((query) =>
        queryInstant(http, query, atMs),
      ),
    );
    return imagesFrom(agents ?? [], lists ?? [], found.flat());
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return {};
  }
}

/** Whose images are known: an image that such an agent does not show is not on its node. */
export const WHOLE_LISTS =
  `${HOST.collectorSuccess}{collector="${COLLECTOR}"} == 1 ` +
  `unless on (instance) count by (instance) (${NODE_IMAGE.bytes}) >= ${MOST_SHOWN}`;

/** Queries for so many images at a time. A list of plain words is the one kind of pattern that servers look up. */
export function queriesForImages(images: readonly string[]): readonly string[] {
  const count = Math.ceil(images.length / IMAGES_AT_ONCE);
  return Array.from({ length: count }, (_, index) => {
    const chunk = images.slice(index * IMAGES_AT_ONCE, (index + 1) * IMAGES_AT_ONCE);
    // Written as a string of the query language, in which a backslash is two.
    const pattern = JSON.stringify(chunk.map(escapeForPattern).join("|"));
    return `${NODE_IMAGE.bytes}{image=~${pattern}}`;
  });
}

/** Puts the answers together. Pure. */
export function imagesFrom(
  agents: readonly Sample[],
  lists: readonly Sample[],
  found: readonly Sample[],
): Snapshot["images"] {
  const whole = new Set(lists.map(instanceOf));
  const byInstance = Map.groupBy(found, instanceOf);
  const known = [...newestAgents(agents)].filter(([, agent]) => whole.has(instanceOf(agent)));
  return Object.fromEntries(
    known.map(([nodeId, agent]) => {
      const here = byInstance.get(instanceOf(agent)) ?? [];
      return [nodeId, [...new Set(here.map(({ labels }) => labels["image"] ?? ""))].sort()];
    }),
  );
}

function instanceOf({ labels }: Sample): string {
  return labels["instance"] ?? "";
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
