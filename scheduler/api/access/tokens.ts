import * as z from "zod";
import { ROLES, type Role, type Token } from "./access.ts";

const LINE = /^(\S+) +(\S+) +(\S+)$/;
/** Shorter ones are guessed. */
const LEAST_LENGTH = 16;

/**
 * The API's tokens as a setting: a line for each, `NAME ROLE SECRET`, or apart by semicolons. Lines that begin with # are
 * comments.
 */
export function tokens(): z.ZodType<readonly Token[], string> {
  return z.string().transform((value, context): readonly Token[] => {
    const lines = value.split(/[\n;]/).map((line) => line.trim());
    const read = lines.flatMap((line, at) => {
      if (line === "" || line.startsWith("#")) return [];
      const result = tokenIn(line);
      if (typeof result !== "string") return [result];
      // The secret itself is not told.
      context.addIssue({ code: "custom", message: `line ${at + 1}: ${result}` });
      return [];
    });
    const names = read.map(({ name }) => name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined)
      context.addIssue({
        code: "custom",
        message: `${JSON.stringify(twice)} is named twice; name each once`,
      });
    return read;
  });
}

function tokenIn(line: string): Token | string {
  const [, name, role, secret] = LINE.exec(line) ?? [];
  if (name === undefined || role === undefined || secret === undefined)
    return "is not NAME ROLE SECRET, three words";
  if (!isRole(role)) return `${JSON.stringify(role)} is no role; write ${ROLES.join(", ")}`;
  if (secret.length < LEAST_LENGTH)
    return `the secret of ${JSON.stringify(name)} has ${secret.length} characters; write ${LEAST_LENGTH} or more`;
  return { name, role, secret };
}

function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word);
}
