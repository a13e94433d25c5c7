import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";

const PACKAGE = z.object({ version: z.string() });

/** The version in the package.json above this file: one folder up as source, two up as compiled. */
export function readVersion(from: string = import.meta.dirname): string {
  const file = join(from, "package.json");
  if (existsSync(file)) return PACKAGE.parse(JSON.parse(readFileSync(file, "utf8"))).version;
  const above = dirname(from);
  return above === from ? "unknown" : readVersion(above);
}
