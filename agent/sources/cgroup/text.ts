import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { isAbsent } from "../files.ts";

const bytes = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * A cgroup file's text, or null when it does not exist (any more). The kernel gives such a file in one piece, so it is
 * read once and not until nothing more comes: a third less work than `readFileSync`, over a thousand files a sample.
 */
export function readCgroupFile(path: string): string | null {
  try {
    const length = readPiece(path);
    return length < bytes.length ? bytes.toString("latin1", 0, length) : readFileSync(path, "latin1");
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function readPiece(path: string): number {
  const descriptor = openSync(path, "r");
  try {
    return readSync(descriptor, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(descriptor);
  }
}
