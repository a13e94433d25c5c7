import * as z from "zod";
import { readYaml } from "./repository.ts";

const ruleSchema = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
});
const fileSchema = z.object({ groups: z.array(z.object({ rules: z.array(ruleSchema) })) });

export type Rule = z.infer<typeof ruleSchema>;

/** Every rule of alerts/, in order. */
export function alertRules(): readonly Rule[] {
  return fileSchema.parse(readYaml("alerts/ballast.rules.yml")).groups.flatMap((group) => group.rules);
}
