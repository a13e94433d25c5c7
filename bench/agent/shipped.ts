import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How the image runs the agent: V8's flags, and the environment. */
export interface Shipped {
  readonly v8Flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, "../..");
export const AGENT_PROGRAM = join(ROOT, "dist/agent/main.cjs");

/** Read where it is written, so that the figures are of what ships. */
export function shippedAgent(): Shipped {
  const flags = found("deploy/entrypoint.sh", /^\s*agent\) set -- (.*)\/app\/dist\/agent\/main\.cjs/m);
  const variables = found("Dockerfile", /^ENV (NODE_ENV=.*)$/m);
  return {
    v8Flags: words(flags),
    env: Object.fromEntries(words(variables).map((word) => word.split("=", 2) as [string, string])),
  };
}

function found(file: string, line: RegExp): string {
  const text = line.exec(readFileSync(join(ROOT, file), "utf8"))?.[1];
  if (text === undefined)
    throw new Error(`${file} has no line like ${line.source}; mend bench/agent/shipped.ts`);
  return text;
}

function words(text: string): readonly string[] {
  return text.split(" ").filter(Boolean);
}
