import type { Family, Labels } from "../metric.ts";

/** Prometheus' text format, as `writeFamilies` writes it. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Families in Prometheus' text format, chunk by chunk; those of one name stand together, those without points are left
 * out. Not prom-client's: a Counter of its own cannot be set, and its writer builds every label anew for each series.
 * Here the text of a labels object is made once in the object's life, and containers keep theirs from sample to sample.
 */
export function* writeFamilies(families: Iterable<Family>): Generator<string> {
  for (const [name, parts] of byName(families)) {
    let head = headOf(name, parts);
    for (const { points } of parts) {
      let text = "";
      for (const { value, labels, shared } of points)
        text += `${name}${braces(labels, shared)} ${numberText(value)}\n`;
      if (text === "") continue;
      yield head + text;
      head = "";
    }
  }
}

function byName(families: Iterable<Family>): ReadonlyMap<string, readonly Family[]> {
  const all = new Map<string, Family[]>();
  for (const family of families) {
    const known = all.get(family.name);
    if (known === undefined) all.set(family.name, [family]);
    else known.push(family);
  }
  return all;
}

function headOf(name: string, [first]: readonly Family[]): string {
  return `# HELP ${name} ${escapeHelp(first?.help ?? "")}\n# TYPE ${name} ${first?.type ?? "untyped"}\n`;
}

const texts = new WeakMap<Labels, string>();

function braces(labels: Labels, shared: Labels | undefined): string {
  const own = labelText(labels);
  const more = shared === undefined ? "" : labelText(shared);
  if (own === "" && more === "") return "";
  return own === "" || more === "" ? `{${own}${more}}` : `{${own},${more}}`;
}

function labelText(labels: Labels): string {
  const known = texts.get(labels);
  if (known !== undefined) return known;
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(",");
  texts.set(labels, text);
  return text;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
