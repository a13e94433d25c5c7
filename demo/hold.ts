import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { down, LabError, type LabRef } from "../lab/lab.ts";

/**
 * This demo's hold on its lab. A demo that is started later under the same name ends the lab and makes its own: this
 * one must notice, and not take down what is no longer its own.
 */
export interface Hold {
  /** Marks the lab, which is up, as this demo's. */
  take(): Promise<void>;
  /** Whether the lab is still the one that was taken. */
  isOurs(): Promise<boolean>;
  /** Takes the lab down, as far as it is ours, and says what was done. */
  release(): Promise<string>;
}

const TRIES = 3;

export function createHold(ref: LabRef): Hold {
  const mark = join(ref.dir, "demo");
  const id = randomUUID();
  let taken = false;
  const isOurs = async () => (await readFile(mark, "utf8").catch(() => "")) === id;
  return {
    async take() {
      await writeFile(mark, id);
      taken = true;
    },
    isOurs,
    async release() {
      if (taken && !(await isOurs())) return `lab "${ref.name}" is not this demo's any more: left alone`;
      const wasThere = await downAtLast(ref);
      return wasThere ? `lab "${ref.name}" is down; nothing of it is left` : "nothing of it is left";
    },
  };
}

/** A terminal's further Ctrl-C reaches the commands that take the lab down too: then once more. */
async function downAtLast(ref: LabRef): Promise<boolean> {
  let wasThere = false;
  for (let left = TRIES; ; left -= 1) {
    try {
      return (await down(ref)) || wasThere;
    } catch (fault) {
      if (!(fault instanceof LabError) || left === 1) throw fault;
      wasThere = true;
    }
  }
}
