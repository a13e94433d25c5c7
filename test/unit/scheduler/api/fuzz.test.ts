import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { RUNS } from "../../../support/random-world.ts";
import { problemOf, startApi, TOKEN } from "./server.ts";

const text = fc.string({ maxLength: 8 });

/** Nearly a webhook: each part now and then something else. */
const nearlyWebhook = fc.record(
  {
    version: fc.constantFrom<unknown>("4", "4", "4", 4, null),
    alerts: fc.oneof(
      fc.array(
        fc.record(
          {
            status: fc.constantFrom<unknown>("firing", "firing", "resolved", "", 0),
            labels: fc.oneof(fc.dictionary(text, text), fc.dictionary(text, fc.jsonValue()), fc.jsonValue()),
            startsAt: fc.oneof(text, fc.jsonValue()),
            fingerprint: fc.oneof(text, fc.jsonValue()),
          },
          { requiredKeys: ["status", "labels"] },
        ),
        { maxLength: 4 },
      ),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: ["alerts"] },
);

const someBody = fc.oneof(
  nearlyWebhook.map((body) => JSON.stringify(body)),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 64 }),
  fc.nat(20_000).map((depth) => "[".repeat(depth)),
  fc.nat(20_000).map((depth) => `{"version":"4","alerts":${"[".repeat(depth)}${"]".repeat(depth)}}`),
  fc.constant('{"version":"4","alerts":[{"__proto__":{"status":"firing"},"labels":{"__proto__":"x"}}]}'),
);

const someType = fc.constantFrom(
  "application/json",
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "x",
);

/** Paths as a client can send them, with escapes that are none. */
const somePath = fc
  .array(
    fc.constantFrom(
      "v1",
      "plan",
      "decisions",
      "snapshot",
      "hooks",
      "%",
      "%ff",
      "..",
      "a b",
      "?limit=",
      "&limit[]=1",
      "é",
      "//",
    ),
    {
      maxLength: 5,
    },
  )
  .map((parts) => `/${parts.join("/")}`);

describe("whatever is sent", () => {
  it("as the hook's body is no fault of ours", async () => {
    const api = await startApi();
    await fc.assert(
      fc.asyncProperty(someBody, someType, async (body, type) => {
        const response = await fetch(`${api.url}/v1/hooks/alertmanager`, {
          method: "POST",
          headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": type },
          body,
        });
        if (response.status === 202) await response.body?.cancel();
        else await problemOf(response);
        assert.ok(response.status < 500, `${response.status}`);
      }),
      RUNS,
    );
  });

  it("as a path is no fault of ours", async () => {
    const api = await startApi();
    await fc.assert(
      fc.asyncProperty(somePath, fc.constantFrom("GET", "POST", "PUT", "DELETE"), async (path, method) => {
        const response = await fetch(api.url + path, { method });
        if (response.ok) await response.body?.cancel();
        else await problemOf(response);
        assert.ok(response.status < 500, `${response.status} ${path}`);
      }),
      RUNS,
    );
  });
});
