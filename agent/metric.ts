/** What a metric is called, what it says and how Prometheus may treat it. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "untyped";
}

export type Labels = Readonly<Record<string, string>>;

/** One series' value. `shared` are labels that many points have in common: they are written out once. */
export interface Point {
  readonly value: number;
  readonly labels: Labels;
  readonly shared?: Labels;
}

/** A metric with its points of one sample. Without points it is "no data" and is not exposed. */
export interface Family extends MetricSpec {
  readonly points: readonly Point[];
}

/** A kernel's or our own running total: its value only grows until its origin restarts. */
export function counter(name: string, help: string): MetricSpec {
  return { name, help, type: "counter" };
}

/** A value that may go up and down. */
export function gauge(name: string, help: string): MetricSpec {
  return { name, help, type: "gauge" };
}

/** A kernel's figure of which nobody says what it is: node_exporter exports whole files of them so. */
export function untyped(name: string, help: string): MetricSpec {
  return { name, help, type: "untyped" };
}

/** A family of several points. */
export function family(spec: MetricSpec, points: readonly Point[]): Family {
  return { ...spec, points };
}

/**
 * A family whose points are made when they are asked for: thousands of them, kept from the reading to the writing, would
 * outlive two young generations and have the old one collected at every scrape.
 */
export function lazyFamily(spec: MetricSpec, make: () => readonly Point[]): Family {
  return {
    ...spec,
    get points() {
      return make();
    },
  };
}

/** A family of one point without labels, or of none when the value is not known. */
export function single(spec: MetricSpec, value: number | null): Family {
  return { ...spec, points: value === null ? [] : [{ value, labels: {} }] };
}
