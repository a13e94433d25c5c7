import { hasDigest, shortImage, type Service } from "../domain/service.ts";
import type { Snapshot } from "../domain/snapshot.ts";

/** Tells which of some images are on which node. */
export interface ImageReader {
  /**
   * Reads at one fixed moment where these images are, given as Docker lists them. Never throws: what cannot be told is
   * left out, since nothing but a refusal hangs on it.
   */
  readImages(images: readonly string[], atMs: number): Promise<Snapshot["images"]>;
}

/**
 * The images that are worth asking for, as Docker lists them: those that no registry is known to have. On a cluster that
 * deploys from a registry, there are none.
 */
export function imagesToAskFor(services: readonly Service[]): readonly string[] {
  const wanted = services
    .filter(({ image, mode }) => mode === "replicated" && image !== "" && !hasDigest(image))
    .map(({ image }) => shortImage(image));
  return [...new Set(wanted)].sort();
}
