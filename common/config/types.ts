import * as z from "zod";

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
const TRUE_WORDS = ["true", "yes", "on", "1"];
const FALSE_WORDS = ["false", "no", "off", "0"];

/** A duration such as `500ms`, `30s`, `10m`, `1h` or `2d`. Parsed value: seconds. */
export function duration(): z.ZodType<number, string | number> {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(text).trim());
    const unit = SECONDS_PER_UNIT[match?.[2] ?? ""];
    if (match === null || unit === undefined) {
      return refuse(
        context,
        `${show(text)} is no duration; write a number and a unit, such as 30s, 10m or 1h`,
      );
    }
    return Number(match[1]) * unit;
  });
}

/** A share between 0 and 1, or a percentage such as `80%`. Parsed value: the share. */
export function ratio(): z.ZodType<number, string | number> {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const words = String(text).trim();
    const value = words.endsWith("%") ? decimal(words.slice(0, -1)) / 100 : decimal(words);
    if (!(value > 0 && value <= 1)) {
      return refuse(
        context,
        `${show(text)} is no share; write a number above 0 and up to 1, or a percentage such as 80%`,
      );
    }
    return value;
  });
}

/** A whole number within bounds, both included. */
export function count(least: number, most: number): z.ZodType<number, string | number> {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const value = decimal(String(text).trim());
    if (!Number.isInteger(value) || value < least || value > most) {
      return refuse(context, `${show(text)} is out of range; write a whole number from ${least} to ${most}`);
    }
    return value;
  });
}

/** A positive decimal number; `what` names its unit in the error. */
export function positive(what: string): z.ZodType<number, string | number> {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const value = decimal(String(text).trim());
    if (!(value > 0 && Number.isFinite(value))) {
      return refuse(context, `${show(text)} is no number of ${what}; write a number above 0`);
    }
    return value;
  });
}

/** A yes or no, in the words that YAML and environments use. */
export function flag(): z.ZodType<boolean, string | boolean> {
  return z
    .union([z.string(), z.boolean()])
    .transform((text, context) => {
      const word = String(text).trim().toLowerCase();
      if (TRUE_WORDS.includes(word)) return true;
      if (FALSE_WORDS.includes(word)) return false;
      return refuse(context, `${show(text)} is neither yes nor no; write true or false`);
    })
    .meta({ switch: true });
}

/** A regular expression, found anywhere in a name unless it says `^` and `$`. */
export function pattern(): z.ZodType<RegExp, string> {
  return z.string().transform((source, context) => {
    try {
      return new RegExp(source);
    } catch (error) {
      // Behind its last colon, since it quotes the source before, line breaks and all.
      const cause = error instanceof Error ? error.message.split(": ").at(-1) : String(error);
      return refuse(context, `${show(source)} is no regular expression (${cause}); mend or remove it`);
    }
  });
}

/** A pattern of what is left out; empty text leaves nothing out, where as a pattern it would match everything. */
export function exclusion(): z.ZodType<RegExp, string> {
  return z
    .string()
    .transform((source) => (source === "" ? "(?!)" : source))
    .pipe(pattern());
}

/** One of a fixed list of words. */
export function word<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodType<Words[number], string> {
  return z.string().transform((text, context): Words[number] => {
    const found = words.find((candidate) => candidate === text.trim());
    return found ?? refuse(context, `${show(text)} is unknown; write one of ${words.join(", ")}`);
  });
}

/** Words with commas between; empty text is none. */
export function words(): z.ZodType<readonly string[], string> {
  return z.string().transform((text) =>
    text
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
  );
}

/** Some of the given words, with commas between; empty text is none of them. */
export function wordsAmong<const Words extends readonly [string, ...string[]]>(
  known: Words,
): z.ZodType<readonly Words[number][], string> {
  return words().transform((given, context): readonly Words[number][] => {
    const stranger = given.find((each) => !known.includes(each));
    if (stranger !== undefined)
      return refuse(context, `${show(stranger)} is unknown; write some of ${known.join(", ")}`);
    return known.filter((each) => given.includes(each));
  });
}

/** Text that is not empty; `what` names it in the error. */
export function text(what: string): z.ZodType<string, string> {
  return z.string(`expected text: ${what}`).trim().min(1, `is empty; write ${what}`);
}

/** An http or https address without a trailing slash. */
export function httpUrl(): z.ZodType<string, string> {
  return z.string().transform((address, context) => {
    const url = URL.parse(address.trim());
    if (url === null || !["http:", "https:"].includes(url.protocol)) {
      return refuse(context, `${show(address)} is no address; write one such as http://prometheus:9090`);
    }
    return url.href.replace(/\/+$/, "");
  });
}

/** Where to listen. `host` is empty for every interface. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT` or `:PORT`; port 0 asks the system for a free one. */
export function listenAddress(): z.ZodType<ListenAddress, string> {
  return z.string().transform((address, context): ListenAddress => {
    const match = /^(.*):(\d{1,5})$/.exec(address.trim());
    const port = Number(match?.[2]);
    if (match === null || port > 65_535) {
      return refuse(
        context,
        `${show(address)} is no listening address; write HOST:PORT or :PORT, such as :9880`,
      );
    }
    return { host: (match[1] ?? "").replace(/^\[(.*)\]$/, "$1"), port };
  });
}

/** Strict decimal: what JavaScript would read as a number by courtesy (empty text, hex) is none. */
function decimal(words: string): number {
  return /^-?\d+(\.\d+)?$/.test(words) ? Number(words) : Number.NaN;
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
