import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AccessRules, Role } from "../../../../scheduler/api/access/access.ts";
import { isAct, type Endpoint } from "../../../../scheduler/api/http/endpoint.ts";
import { endpointsOf } from "../../../../scheduler/api/routes.ts";
import { MINUTE } from "../events/agent-server.ts";
import { apiPartsFor, problemOf, startApi } from "./server.ts";

type Setting = "reads open" | "reads closed" | "no token configured";
type Who = "nobody" | "wrong token" | "viewer" | "hook" | "operator" | "admin";
/** Let in, or turned away with that status. */
type Verdict = "in" | 401 | 403;

/** What becomes of whom, at an endpoint that needs a viewer, a hook, an operator and an admin. */
const TABLE: Readonly<Record<Setting, Readonly<Record<Who, readonly [Verdict, Verdict, Verdict, Verdict]>>>> =
  {
    "reads open": {
      nobody: ["in", 401, 401, 401],
      "wrong token": [401, 401, 401, 401],
      viewer: ["in", 403, 403, 403],
      hook: [403, "in", 403, 403],
      operator: ["in", "in", "in", 403],
      admin: ["in", "in", "in", "in"],
    },
    "reads closed": {
      nobody: [401, 401, 401, 401],
      "wrong token": [401, 401, 401, 401],
      viewer: ["in", 403, 403, 403],
      hook: [403, "in", 403, 403],
      operator: ["in", "in", "in", 403],
      admin: ["in", "in", "in", "in"],
    },
    "no token configured": {
      nobody: ["in", 403, 403, 403],
      "wrong token": ["in", 403, 403, 403],
      viewer: ["in", 403, 403, 403],
      hook: ["in", 403, 403, 403],
      operator: ["in", 403, 403, 403],
      admin: ["in", 403, 403, 403],
    },
  };
const COLUMNS: readonly Role[] = ["viewer", "hook", "operator", "admin"];

const TOKENS = COLUMNS.map((role) => ({ name: `the ${role}`, role, secret: `secret of the ${role}` }));
const RULES: Readonly<Record<Setting, AccessRules>> = {
  "reads open": { openReads: true, tokens: TOKENS },
  "reads closed": { openReads: false, tokens: TOKENS },
  "no token configured": { openReads: true, tokens: [] },
};

function headersOf(who: Who): Readonly<Record<string, string>> {
  if (who === "nobody") return {};
  return { Authorization: who === "wrong token" ? "Bearer of nothing" : `Bearer secret of the ${who}` };
}

/** Some parameter of a path; what it names need not be there. */
const NAMES: Readonly<Record<string, string>> = { node: "n1", service: "a" };

function urlOf({ path }: Endpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => NAMES[name] ?? "x");
}

const ENDPOINTS = endpointsOf(apiPartsFor().parts);

describe("the table of who may do what", () => {
  it("is put to endpoints of each role", () => {
    assert.deepEqual(new Set(ENDPOINTS.map(({ role }) => role)), new Set(COLUMNS));
  });
});

for (const setting of Object.keys(TABLE) as Setting[])
  describe(`with ${setting}`, async () => {
    const api = await startApi({
      access: RULES[setting],
      agents: { minute: () => Promise.resolve(MINUTE), follow: () => Promise.reject(new Error("not asked")) },
    });
    for (const who of Object.keys(TABLE[setting]) as Who[])
      it(`${who} is let in where the table says so, at every endpoint, and leaves no trace elsewhere`, async () => {
        for (const endpoint of ENDPOINTS) {
          const verdict = TABLE[setting][who][COLUMNS.indexOf(endpoint.role)] ?? "in";
          // Whoever is turned away tries it in earnest; of the others it is only known that they may.
          const isEarnest = verdict !== "in" && isAct(endpoint);
          const response = await fetch(api.url + urlOf(endpoint) + (isEarnest ? "?dryRun=false" : ""), {
            method: endpoint.method.toUpperCase(),
            headers: headersOf(who),
          });
          const of = `${endpoint.id}: ${response.status}`;
          if (verdict === "in") {
            assert.ok(response.status < 500 && ![401, 403, 405, 429].includes(response.status), of);
            // Some answers have no end.
            await response.body?.cancel();
          } else {
            assert.equal(response.status, verdict, of);
            assert.equal(response.headers.has("www-authenticate"), verdict === 401, of);
            assert.notEqual((await problemOf(response)).detail, "");
          }
        }
        assert.deepEqual([api.orderBook.given, api.orderBook.done, api.looks], [[], [], []]);
      });
  });
