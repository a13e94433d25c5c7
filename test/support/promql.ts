/** Prefixes of the metrics that this project writes itself. */
const OURS = /^(?:ballast|node|container|machine)_/;
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const MATCHERS = /\{[^}]*\}/g;
const RANGES = /\[[^\]]*\]/g;
const IDENTIFIER = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

/** The names an expression reads that begin as our metrics do, a histogram's by its family. */
export function metricsIn(expr: string): readonly string[] {
  const bare = expr.replaceAll(GROUPING, " ").replaceAll(MATCHERS, " ").replaceAll(RANGES, " ");
  return identifiers(bare)
    .filter((name) => OURS.test(name))
    .map((name) => name.replace(/_(?:bucket|sum|count)$/, ""));
}

/** The recorded names an expression reads: those with a colon. */
export function recordingsIn(expr: string): readonly string[] {
  return identifiers(expr.replaceAll(RANGES, " ")).filter((name) => name.includes(":"));
}

/** The labels of Docker's that an expression reads. */
export function swarmLabelsIn(expr: string): readonly string[] {
  return identifiers(expr).filter((name) => name.startsWith("container_label_"));
}

function identifiers(text: string): readonly string[] {
  return [...text.matchAll(IDENTIFIER)].map(([name]) => name);
}
