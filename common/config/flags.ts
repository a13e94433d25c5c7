import type { Fault } from "./fault.ts";
import type { Setting } from "./settings.ts";
import { suggestion } from "./suggestion.ts";

/** What the command line said: values by the variable of their setting, and what was wrong with it. */
export interface FlagReading {
  readonly values: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/**
 * Reads `--flag=value`, `--flag value`, `--switch` and `--no-switch`; whatever else stands there is a fault. By hand,
 * because `node:util` either stops at the first fault or takes the next flag for the value that one lacks.
 */
export function readFlags(args: readonly string[], settings: readonly Setting[]): FlagReading {
  const meanings = meaningsOf(settings);
  const values = new Map<string, string>();
  const faults: Fault[] = [];
  for (const word of withValues(args, meanings)) {
    const { name, inline } = split(word);
    const meaning = meanings.get(name);
    const value = inline ?? meaning?.alone ?? null;
    const problem =
      meaning === undefined ? strangeness(name, meanings) : problemOf(meaning, { inline, value }, values);
    if (problem !== null) faults.push({ place: printable(name), problem });
    else if (meaning !== undefined && value !== null) values.set(meaning.variable, value);
  }
  return { values, faults };
}

/** What a flag means, by its name with the dashes. */
interface Meaning {
  readonly variable: string;
  /** What it stands for without a value; null for one that needs a value. */
  readonly alone: "true" | "false" | null;
}

function meaningsOf(settings: readonly Setting[]): ReadonlyMap<string, Meaning> {
  return new Map(
    settings.flatMap(({ flag, variable, isSwitch }): [string, Meaning][] =>
      isSwitch
        ? [
            [`--${flag}`, { variable, alone: "true" }],
            [`--no-${flag}`, { variable, alone: "false" }],
          ]
        : [[`--${flag}`, { variable, alone: null }]],
    ),
  );
}

/** `--flag value` as `--flag=value`. What begins with a dash is the next flag, and no value. */
function withValues(args: readonly string[], meanings: ReadonlyMap<string, Meaning>): readonly string[] {
  const words: string[] = [];
  let awaited: string | null = null;
  for (const word of args) {
    if (awaited !== null && !word.startsWith("-")) {
      words[words.length - 1] = `${awaited}=${word}`;
      awaited = null;
    } else {
      words.push(word);
      awaited = meanings.get(word)?.alone === null ? word : null;
    }
  }
  return words;
}

function split(word: string): { readonly name: string; readonly inline: string | null } {
  const equals = word.startsWith("-") ? word.indexOf("=") : -1;
  return equals < 0
    ? { name: word, inline: null }
    : { name: word.slice(0, equals), inline: word.slice(equals + 1) };
}

interface Given {
  readonly inline: string | null;
  readonly value: string | null;
}

function problemOf(
  { variable, alone }: Meaning,
  { inline, value }: Given,
  values: ReadonlyMap<string, string>,
): string | null {
  if (value === null) return "has no value; write one behind it";
  if (values.has(variable)) return "is given twice; keep one";
  return alone === "false" && inline !== null ? "takes no value; remove it" : null;
}

function strangeness(name: string, meanings: ReadonlyMap<string, Meaning>): string {
  if (!name.startsWith("-")) return "stands for nothing here; remove it";
  const affirmed = name.replace(/^--no-/, "--");
  if (affirmed !== name && meanings.has(affirmed))
    return `${affirmed} is no switch that could be off; remove it`;
  const doubled = name.replace(/^-+/, "--");
  return `no such flag${suggestion(doubled, meanings.keys(), "--")}`;
}

/** A name on one line, whatever it is. */
function printable(name: string): string {
  return /^[\x21-\x7e]+$/.test(name) ? name : JSON.stringify(name);
}
