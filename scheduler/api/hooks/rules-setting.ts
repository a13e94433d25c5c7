import { load } from "js-yaml";
import * as z from "zod";
import { count, duration } from "../../../common/config/types.ts";
import type { AlertRule } from "./rules.ts";

const LABEL = z.string().regex(/^[A-Za-z_]\w*$/, "is no label's name; write one such as instance");
const WORD = z.string().regex(/^[\w.-]{1,40}$/, "is no name; write letters, digits, - and _, 40 at the most");

/** What a label must be: a text, or a regular expression between slashes that must fit the whole of it. */
const MATCHER = z.union([z.string(), z.number(), z.boolean()]).transform((given, context): RegExp => {
  const text = String(given);
  const inner = /^\/(.*)\/$/s.exec(text)?.[1];
  try {
    return new RegExp(`^(?:${inner ?? text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)})$`);
  } catch {
    context.addIssue({ code: "custom", message: `${text} is no regular expression` });
    return z.NEVER;
  }
});

const COMMON = {
  name: WORD.optional(),
  match: z
    .record(LABEL, MATCHER)
    .refine((match) => Object.keys(match).length > 0, "names no label; write one such as alertname: NodeHot"),
  perHour: count(1, 1000).default(4),
};

const RULE = z.discriminatedUnion("do", [
  z.strictObject({
    ...COMMON,
    do: z.literal("rebalance"),
    node: LABEL.optional(),
    service: LABEL.optional(),
    most: count(1, 100).default(2),
  }),
  z.strictObject({ ...COMMON, do: z.literal("drain"), node: LABEL }),
  z.strictObject({
    ...COMMON,
    do: z.literal("pause"),
    service: LABEL.optional(),
    for: duration().default(1800),
  }),
  z.strictObject({
    ...COMMON,
    do: z.literal("scale"),
    service: LABEL,
    by: z
      .union([
        z.int(),
        z
          .string()
          .regex(/^[+-]?\d+$/)
          .transform(Number),
      ])
      .refine((by) => by !== 0 && Math.abs(by) <= 100, "is not between -100 and 100, and not 0")
      .default(1),
    least: count(1, 10_000).default(1),
    most: count(1, 10_000),
  }),
]);

/**
 * What alerts are to cause, as a setting: a list of rules in the configuration's file, or the same list as YAML or JSON in
 * the variable.
 */
export function alertRules(): z.ZodType<readonly AlertRule[]> {
  return z
    .preprocess(
      listIn,
      z.array(RULE, {
        error: "is no list of rules; write `- match: {alertname: NodeHot}` and `do: rebalance`",
      }),
    )
    .transform((rules, context): readonly AlertRule[] => {
      const named = rules.map(({ name, ...rule }, at) => ({ name: name ?? `rule-${at + 1}`, ...rule }));
      const twice = named.findIndex(({ name }, at) => named.slice(0, at).some((rule) => rule.name === name));
      if (twice >= 0) {
        const message = `${named[twice]?.name ?? ""} is the name of two rules; give each its own`;
        context.addIssue({ code: "custom", path: [twice, "name"], message });
      }
      for (const [at, rule] of named.entries())
        if (rule.do === "rebalance" && rule.node !== undefined && rule.service !== undefined)
          context.addIssue({
            code: "custom",
            path: [at, "service"],
            message: "name a node or a service, not both",
          });
      return named;
    });
}

/** A text that cannot be read is left to be refused as no list. */
function listIn(given: unknown): unknown {
  if (typeof given !== "string") return given ?? [];
  if (given.trim() === "") return [];
  try {
    return load(given);
  } catch {
    return given;
  }
}
