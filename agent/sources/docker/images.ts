import * as z from "zod";
import type { DockerHost } from "../../../common/docker.ts";
import { createDockerHttp } from "./http.ts";

/** An image in Docker's list. */
export interface ListedImage {
  /** As Docker spells them: `nginx:1.27`, `registry.example.com/team/web:2`. */
  readonly tags: readonly string[];
  /** `nginx@sha256:…`: what a registry called it. */
  readonly digests: readonly string[];
  readonly bytes: number;
}

/** Docker's last list of images, asked for in the background. Times in seconds, monotonic. */
export interface ImageSource {
  /**
   * Null while nothing is known yet.
   * @throws Docker's failure (a socket proxy may refuse this question), when there is no list that is new enough.
   */
  latest(now: number): readonly ListedImage[] | null;
}

const INTERVAL_SECONDS = 60;
const TIMEOUT_SECONDS = 20;
/** Two lists in a row may fail before what is known counts as too old. */
const OLDEST_SECONDS = 200;

const NAMES = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);
const LIST = z.array(
  z.object({ RepoTags: NAMES, RepoDigests: NAMES, Size: z.number().nonnegative().default(0) }),
);

/** Reads `docker images`' answer. */
export function toImages(answer: unknown): readonly ListedImage[] {
  return LIST.parse(answer).map(({ RepoTags, RepoDigests, Size }) => ({
    tags: RepoTags,
    digests: RepoDigests,
    bytes: Size,
  }));
}

/** Asks a daemon for its images: one list, nothing of each image. */
export function askDockerForImages(host: DockerHost): () => Promise<readonly ListedImage[]> {
  const http = createDockerHttp(host);
  return async () => toImages(await http.json("/images/json", AbortSignal.timeout(TIMEOUT_SECONDS * 1000)));
}

/** Asks at most once a minute and never twice at once; nobody waits for the answer. */
export function createImageSource(ask: () => Promise<readonly ListedImage[]>): ImageSource {
  let answer: { readonly images: readonly ListedImage[]; readonly at: number } | null = null;
  let failure: Error | null = null;
  let isAsking = false;
  let nextAt = -Infinity;

  function start(now: number): void {
    isAsking = true;
    nextAt = now + INTERVAL_SECONDS;
    ask()
      .then(
        (images) => {
          answer = { images, at: now };
          failure = null;
        },
        (error: unknown) => {
          failure = error instanceof Error ? error : new Error(String(error));
        },
      )
      .finally(() => {
        isAsking = false;
      });
  }

  return {
    latest(now) {
      if (!isAsking && now >= nextAt) start(now);
      if (answer !== null && now - answer.at <= OLDEST_SECONDS) return answer.images;
      if (failure !== null) throw failure;
      return null;
    },
  };
}
