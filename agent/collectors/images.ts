import { NODE_IMAGE } from "../../common/metrics/names.ts";
import { family, gauge } from "../metric.ts";
import type { Collector } from "./contract.ts";
import type { ImageSource, ListedImage } from "../sources/docker/images.ts";

// Each is a series. Tags go first: who asks whether a task could start here asks by tag.
const MOST = 1000;
const NAMELESS = "<none>";

const IMAGE = gauge(
  NODE_IMAGE.bytes,
  "Size of an image that is on this node, by tag or digest; at most 1000 of them.",
);

/** The images that are on the node. Its source remembers Docker's last answer, so there is one per agent. */
export function createImages(source: ImageSource): Collector<readonly ListedImage[]> {
  return {
    describes: "either",
    read: ({ clock }) => source.latest(clock.monotonic()),
    parse(images) {
      const named = [...refsOf(images, "tags"), ...refsOf(images, "digests")];
      // A reference that is listed twice would make the whole page unreadable.
      const points = [...new Map(named)].slice(0, MOST);
      return [
        family(
          IMAGE,
          points.map(([image, value]) => ({ labels: { image }, value })),
        ),
      ];
    },
  };
}

/** In an order of their own: beyond the most, the same ones are left out every time. */
function refsOf(
  images: readonly ListedImage[],
  kind: "tags" | "digests",
): readonly (readonly [ref: string, bytes: number])[] {
  return images
    .flatMap((image) => image[kind].map((ref) => [ref, image.bytes] as const))
    .filter(([ref]) => !ref.includes(NAMELESS))
    .sort(([a], [b]) => Number(a > b) - Number(a < b));
}
