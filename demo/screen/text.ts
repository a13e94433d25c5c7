const RESET = "\u001B[0m";
// eslint-disable-next-line no-control-regex -- colours are control characters
const PARTS = /\u001B\[\d*m|[^\u001B]/gu;

/** How many columns a line takes: colours take none. */
export function widthOf(line: string): number {
  return partsOf(line).filter((part) => !isColor(part)).length;
}

/** Pads on the right, by columns. */
export function pad(line: string, width: number): string {
  return line + " ".repeat(Math.max(0, width - widthOf(line)));
}

/** The line's first columns: one that wraps would break a picture that is drawn anew. */
export function cut(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  let room = width;
  const kept = partsOf(line).filter((part) => isColor(part) || room-- > 0);
  return kept.join("") + (kept.some(isColor) ? RESET : "");
}

/** Columns lined up, two blanks apart. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => widthOf(row[at] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function partsOf(line: string): readonly string[] {
  return line.match(PARTS) ?? [];
}

function isColor(part: string): boolean {
  return part.startsWith("\u001B");
}
