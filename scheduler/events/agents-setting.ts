import * as z from "zod";
import { faultOfTemplate } from "./agent-address.ts";

/** Where the nodes' agents are, as a setting; without a trailing slash. */
export function agentsUrl(): z.ZodType<string, string> {
  return z.string().transform((value, context): string => {
    const template = value.trim().replace(/\/+$/, "");
    const fault = faultOfTemplate(template);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
    return template;
  });
}
