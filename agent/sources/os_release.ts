/** Parses os-release(5): assignments as a shell has them, quoted or not; what is none is left out. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^[ \t]*([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
      ([, name = "", value = ""]) => [name, unquote(value.trim())] as const,
    ),
  );
}

function unquote(value: string): string {
  const [, quote, inner] = /^(["'])(.*)\1$/.exec(value) ?? [];
  // Within single quotes a shell takes a backslash as it is.
  return quote === "'" ? (inner ?? "") : (inner ?? value).replace(/\\(["'`$\\])/g, "$1");
}
