import type * as z from "zod";
import { PROBLEM } from "../schemas/answers.ts";
import type { AnswerShape, Endpoint } from "./endpoint.ts";

/** A JSON document. */
export function document(description: string, schema: z.ZodType): AnswerShape {
  return { description, schema };
}

/** Answers that every endpoint may give. */
const ALWAYS: Endpoint["answers"] = {
  400: problem("what was sent is not what the API takes"),
  401: problem("no token, or a wrong one"),
  403: problem("no token is configured, or its role may not"),
  429: problem("too many calls, or too many wrong tokens; Retry-After says when to come again"),
};

/** With those that every endpoint may give. */
export function answers(own: Endpoint["answers"]): Endpoint["answers"] {
  return { ...ALWAYS, ...own };
}

/** A problem document. */
export function problem(description: string): AnswerShape {
  return { description, schema: PROBLEM, type: "application/problem+json" };
}
