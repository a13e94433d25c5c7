/** One series of a scrape. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SERIES = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", '"': '"', "\\": "\\" };

/** Reads Prometheus' text format. */
export function parseExposition(text: string): readonly Series[] {
  return text.split("\n").flatMap((line): Series[] => {
    const [, name, labels = "", value] = SERIES.exec(line) ?? [];
    if (line.startsWith("#") || name === undefined || value === undefined) return [];
    return [{ name, labels: labelsOf(labels), value: numberOf(value) }];
  });
}

/** Asks for a page and reads it. */
export async function scrape(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly Series[]> {
  const response = await fetch(`${url}/metrics`, { headers });
  if (!response.ok) throw new Error(`${url}/metrics answers ${response.status}`);
  return parseExposition(await response.text());
}

/** The value of the only series of this name with these labels among its own; undefined when there is none. */
export function valueOf(
  series: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = series.filter(
    (each) =>
      each.name === name && Object.entries(labels).every(([key, value]) => each.labels[key] === value),
  );
  if (found.length > 1) throw new Error(`${found.length} series of ${name} have ${JSON.stringify(labels)}`);
  return found[0]?.value;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [
      name,
      value.replace(/\\(.)/g, (_all, escaped: string) => ESCAPES[escaped] ?? escaped),
    ]),
  );
}

function numberOf(text: string): number {
  return text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
}
