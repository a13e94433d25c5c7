import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { LabError, messageOf } from "../errors.ts";
import type { Lab, LabNode } from "../names.ts";
import { dockerOf } from "../node/daemon.ts";
import { silent, type Report } from "../report.ts";
import type { ImageSet } from "./set.ts";

/** Loads the images onto every node at once, but for the nodes that have them. */
export async function loadImages(lab: Lab, images: ImageSet, report: Report = silent): Promise<void> {
  await Promise.all(
    lab.nodes.map(async (node) => {
      if (await hasAll(node, images)) return;
      await load(node, images.tar);
      if (!(await hasAll(node, images)))
        throw new LabError(`${node.name} took the images but does not list them`);
      report(`${node.name} has the images`);
    }),
  );
}

async function hasAll(node: LabNode, images: ImageSet): Promise<boolean> {
  const docker = dockerOf(node);
  const found = await Promise.all(
    Object.entries(images.ids).map(([tag, id]) =>
      docker
        .getImage(tag)
        .inspect()
        .then((image) => image.Id === id)
        .catch(() => false),
    ),
  );
  return found.every(Boolean);
}

async function load(node: LabNode, tar: string): Promise<void> {
  try {
    const answer = await text(await dockerOf(node).loadImage(createReadStream(tar), { quiet: true }));
    // The daemon answers 200 first and puts what failed into the stream.
    const fault = /"error":"([^"]*)/.exec(answer)?.[1];
    if (fault !== undefined) throw new LabError(fault);
  } catch (fault) {
    throw new LabError(`${node.name} could not load ${tar}: ${messageOf(fault)}`, { cause: fault });
  }
}
