import { readFileSync } from "node:fs";
import type { Fault } from "./fault.ts";
import type { Setting } from "./settings.ts";
import { suggestion } from "./suggestion.ts";

/** What the environment said: values by variable name, and what was wrong with it. */
export interface EnvironmentReading {
  readonly values: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/** Which variables are ours to judge: those with the prefix, less those of a neighbour that shares it. */
export interface EnvironmentScope {
  readonly prefix: string;
  readonly foreignPrefixes: readonly string[];
}

/**
 * Reads the settings that stand in the environment. `NAME_FILE` names a file whose content, without its last
 * newline, is the value (secrets). A variable of our prefix that no setting knows is a fault: it is a typing error.
 * An empty variable counts as not set, which is how Compose passes on what its caller left out.
 */
export function readEnvironment(
  env: NodeJS.ProcessEnv,
  settings: readonly Setting[],
  scope: EnvironmentScope,
): EnvironmentReading {
  const values = new Map<string, string>();
  const faults: Fault[] = [];
  const known = new Set(settings.map((setting) => setting.variable));
  for (const [name, raw] of Object.entries(env)) {
    if (raw === undefined || raw === "" || !isOurs(name, scope)) continue;
    const plain = name.endsWith("_FILE") && !known.has(name) ? name.slice(0, -"_FILE".length) : name;
    if (!known.has(plain)) {
      faults.push({ place: name, problem: `no such setting${suggestion(plain, known, scope.prefix)}` });
    } else if (plain !== name && (env[plain] ?? "") !== "") {
      faults.push({ place: name, problem: `${plain} is set too; keep one of them` });
    } else {
      const value = plain === name ? raw : readSecret(name, raw, faults);
      if (value !== null) values.set(plain, value);
    }
  }
  return { values, faults };
}

function isOurs(name: string, scope: EnvironmentScope): boolean {
  return name.startsWith(scope.prefix) && !scope.foreignPrefixes.some((prefix) => name.startsWith(prefix));
}

function readSecret(name: string, file: string, faults: Fault[]): string | null {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    faults.push({
      place: name,
      problem: `cannot read ${file} (${describe(error)}); name a file that can be read`,
    });
    return null;
  }
}

function describe(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
