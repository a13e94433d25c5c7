import { Registry, type Metric } from "prom-client";
import type { Family, MetricSpec, Point } from "./metric.ts";

/** Content type of the text that `renderFamilies` writes. */
export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Writes families as Prometheus reads them; those of one name are joined, those without points left out.
 *
 * A registry is made for each call and only ever asked for text. A prom-client Counter cannot be set, and one that is
 * reset and refilled shows half its truth to a second scrape; here the values are data that nobody changes.
 */
export async function renderFamilies(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const joined of join(families)) registry.registerMetric(asMetric(joined));
  return await registry.metrics();
}

function join(families: readonly Family[]): Iterable<Family> {
  const byName = new Map<string, MetricSpec & { points: Point[] }>();
  for (const { name, help, type, points } of families) {
    if (points.length === 0) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { name, help, type, points: [...points] });
    else known.points.push(...points);
  }
  return byName.values();
}

/** Of a metric, prom-client's registry uses the name and `get()`; its types ask for the whole class. */
function asMetric({ name, help, type, points }: Family): Metric {
  const values = points.map(({ value, labels, shared }) => ({
    value,
    labels,
    ...(shared && { sharedLabels: shared }),
  }));
  return {
    name,
    help,
    type,
    get: () => ({ name, help, type, values, aggregator: "omit" }),
  } as unknown as Metric;
}
