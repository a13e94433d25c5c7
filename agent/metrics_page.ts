import { CONTENT_TYPE, renderFamilies } from "./exposition.ts";
import type { Family } from "./metric.ts";
import type { Sample, Sampler } from "./sampler.ts";
import { reportFamilies } from "./self.ts";

/** What `/metrics` serves. */
export interface MetricsPage {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** The recent sample, written once however many scrapes it serves, and what is true of this very moment. */
export function createMetricsPage(
  sampler: Sampler,
  momentary: (sample: Sample) => readonly Family[],
): MetricsPage {
  const texts = new WeakMap<Sample, Promise<string>>();

  function textOf(sample: Sample): Promise<string> {
    const written = texts.get(sample) ?? renderFamilies(familiesOf(sample));
    texts.set(sample, written);
    return written;
  }

  return {
    contentType: CONTENT_TYPE,
    async metrics() {
      const sample = await sampler.recent();
      const [now, then] = await Promise.all([renderFamilies(momentary(sample)), textOf(sample)]);
      return `${then}\n${now}`;
    },
  };
}

function familiesOf({ reports }: Sample): readonly Family[] {
  const data = reports.flatMap(({ outcome }) => (outcome.kind === "data" ? outcome.families : []));
  return [...data, ...reportFamilies(reports)];
}
