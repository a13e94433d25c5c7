import type { Family, Labels, MetricSpec, Point } from "../metric.ts";

/** Prometheus' text format, as `writeFamilies` writes it. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Families in Prometheus' text format, a chunk for each name; those of one name are joined, those without points left
 * out. Not prom-client's: a Counter of its own cannot be set, and its writer builds every label anew for each series.
 * Here the text of a labels object is made once in the object's life, and containers keep theirs from sample to sample.
 */
export function* writeFamilies(families: Iterable<Family>): Generator<string> {
  for (const { name, help, type, points } of join(families)) {
    let text = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    for (const { value, labels, shared } of points)
      text += `${name}${braces(labels, shared)} ${numberText(value)}\n`;
    yield text;
  }
}

function join(families: Iterable<Family>): Iterable<Family> {
  const byName = new Map<string, MetricSpec & { points: readonly Point[] }>();
  for (const { name, help, type, points } of families) {
    if (points.length === 0) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { name, help, type, points });
    else known.points = [...known.points, ...points];
  }
  return byName.values();
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
