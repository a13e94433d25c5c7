import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { isDeepStrictEqual } from "node:util";

/** Looks of this machine at the file's time and size: nobody waits for less. */
const WATCH_MS = 5000;

/** The paths at which two configurations differ; a list counts as one. */
export function differing(path: string, before: unknown, after: unknown): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isSection(before) || !isSection(after)) return [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => differing(path === "" ? key : `${path}.${key}`, before[key], after[key]));
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Tells of each change of the file, if there is one, until the returned function is called. One that was touched only has not changed. */
export function watchFileOf(path: string | null, onChange: () => void): () => void {
  if (path === null) return () => undefined;
  let text = textOf(path);
  const onTouch = (): void => {
    const now = textOf(path);
    if (now === text) return;
    text = now;
    onChange();
  };
  watchFile(path, { interval: WATCH_MS, persistent: false }, onTouch);
  return () => {
    unwatchFile(path, onTouch);
  };
}

/** Null for one that cannot be read: then the reload says so. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
