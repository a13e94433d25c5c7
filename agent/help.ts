import type { Setting } from "../common/config/settings.ts";

const WIDTH = 100;
const INDENT = " ".repeat(10);

const INTRODUCTION = [
  "Usage: agent [FLAG]...",
  "",
  "Shows Prometheus what this node looks like. Every flag has a variable besides; where both are set",
  "the flag holds. Switches are --NAME and --no-NAME; the others are --NAME=VALUE or --NAME VALUE. An",
  "empty variable counts as not set; VARIABLE_FILE names a file that holds the value.",
  "",
  "  -h, --help",
  `${INDENT}Show this and exit.`,
  "  --version",
  `${INDENT}Show the version and exit.`,
];

/** What `--help` prints: every setting with its flag, its meaning, its default and its variable, no line too wide. */
export function helpText(settings: readonly Setting[]): string {
  const groups = Map.groupBy(settings, ({ path: [group = ""] }) => group);
  const sections = [...groups].map(([name, members]) => ["", titled(name), ...members.flatMap(entryOf)]);
  return [...INTRODUCTION, ...sections.flat(), ""].join("\n");
}

function titled(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}:`;
}

function entryOf({ flag, isSwitch, description, byDefault, variable }: Setting): readonly string[] {
  const words = isSwitch ? `  --[no-]${flag}` : `  --${flag}=VALUE`;
  const says = byDefault === null || byDefault === "" ? [] : [`Default: ${byDefault}`];
  return [words, ...[description, ...says, `Variable: ${variable}`].flatMap(wrapped)];
}

/** Broken between words, and within one that is too long for a line, such as a pattern. */
function wrapped(text: string): readonly string[] {
  const room = WIDTH - INDENT.length;
  const fit = new RegExp(`(?:.{1,${room}}(?= |$)|.{${room}}) ?`, "gy");
  return [...text.matchAll(fit)].map(([line]) => `${INDENT}${line.trimEnd()}`);
}
