import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { firstManager } from "../../../lab/ballast/deploy.ts";
import type { TestLab } from "./lab.ts";

/** Texts, in which braces mean nothing, and braces. */
const BRACES = /"(?:[^"\\]|\\.)*"|[{}]/g;

/** A service's spec as the manager's Docker API writes it, byte for byte. */
export async function rawSpecOf({ lab }: TestLab, service: string): Promise<string> {
  const request = get({ socketPath: firstManager(lab).socket, path: `/services/${service}` });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const said = await text(response);
  assert.equal(response.statusCode, 200, said);
  const at = said.indexOf('"Spec":{');
  assert.ok(at > 0, said);
  return objectAt(said, at + '"Spec":'.length);
}

function objectAt(said: string, from: number): string {
  let depth = 0;
  for (const { 0: token, index } of said.slice(from).matchAll(BRACES)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (depth === 0) return said.slice(from, from + index + 1);
  }
  throw new Error(`no object ends in ${said.slice(from)}`);
}
