import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../common/docker-call.ts";
import type { NodeWriter } from "../ports.ts";

const NODE = z.object({ Version: z.object({ Index: z.number() }), Spec: z.looseObject({}) });

/** Somebody else's write in between is met by reading anew; more of them than this are a reason to say so. */
const ATTEMPTS = 5;

/** Writes to nodes through the manager that `docker` speaks to; the spec goes back as it came but for one word. */
export function createNodeWriter(docker: Docker): NodeWriter {
  return {
    async setAvailability(nodeId, availability) {
      const node = docker.getNode(nodeId);
      for (let attempt = 1; ; attempt += 1) {
        const { Version, Spec } = NODE.parse(await answered(docker, () => node.inspect()));
        if (Spec["Availability"] === availability) return;
        try {
          const spec = { ...Spec, version: Version.Index, Availability: availability };
          await answered(docker, () => node.update(spec));
          return;
        } catch (error) {
          if (attempt === ATTEMPTS || !String(error).includes("update out of sequence")) throw error;
        }
      }
    },
  };
}
