const LONGEST = 500;

/** Somebody else's words as one line of at most 500 characters: a proxy's whole page tells no more than its beginning. */
export function brief(text: string): string {
  const line = text
    .slice(0, LONGEST * 2)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length <= LONGEST && text.length <= LONGEST * 2 ? line : `${line.slice(0, LONGEST)}…`;
}
