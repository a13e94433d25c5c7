import type { Labels } from "../metric.ts";

// Values come and go with containers and their devices; a node has far fewer at a time.
const KEPT_MOST = 4096;

/** Labels of one name, of which each value keeps its object: the exposition then writes its text once. */
export function createSingleLabels(name: string): (value: string) => Labels {
  const known = new Map<string, Labels>();
  return (value) => {
    const last = known.get(value);
    if (last !== undefined) return last;
    if (known.size >= KEPT_MOST) known.clear();
    const labels = { [name]: value };
    known.set(value, labels);
    return labels;
  };
}
