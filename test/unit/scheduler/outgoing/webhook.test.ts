import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import type { SchedulerEvent } from "../../../../scheduler/events/event.ts";
import { signatureOf, webhookParcel } from "../../../../scheduler/outgoing/webhook.ts";
import { webhooks } from "../../../../scheduler/outgoing/setting.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { aMove } from "../events/fixture.ts";

const SECRET = "0123456789abcdef";
const EVENT: SchedulerEvent = {
  id: "r-1",
  type: "move",
  at: new Date(NOW).toISOString(),
  data: aMove({ detail: "größer" }),
};

function faultsOf(value: string): readonly string[] {
  const result = webhooks().safeParse(value);
  return result.success ? [] : result.error.issues.map(({ message }) => message);
}

describe("a webhook's signature", () => {
  it("is the HMAC-SHA256 of the time and the body", () => {
    const expected = createHmac("sha256", SECRET).update('1768478400.{"a":1}').digest("hex");
    assert.equal(signatureOf(SECRET, '{"a":1}', NOW + 999), `t=1768478400,v1=${expected}`);
  });

  it("is of each try's own time, over the same body and delivery", () => {
    const parcel = webhookParcel({ name: "n", url: "http://h", secret: SECRET, types: ["move"] }, EVENT);
    assert.ok(parcel !== null);
    const [first, second] = [parcel.post(NOW), parcel.post(NOW + 60_000)];
    assert.deepEqual(JSON.parse(first.body), EVENT);
    assert.equal(first.body, second.body);
    assert.equal(first.headers["Ballast-Delivery"], "r-1");
    assert.equal(first.headers["Ballast-Event"], "move");
    assert.notEqual(first.headers["Ballast-Signature"], second.headers["Ballast-Signature"]);
  });

  it("is made of no event that the webhook does not want", () => {
    assert.equal(
      webhookParcel({ name: "n", url: "http://h", secret: SECRET, types: ["state"] }, EVENT),
      null,
    );
  });
});

describe("the setting of webhooks", () => {
  it("is a line each, with comments between, or apart by semicolons; decisions come where they are named", () => {
    const chat = {
      name: "chat",
      url: "https://h.example/hook/",
      secret: SECRET,
      types: ["move", "verdict", "state", "order"],
    };
    const all = {
      name: "all",
      url: "http://10.0.0.1:8080/?a=b",
      secret: SECRET,
      types: ["decision", "move"],
    };
    assert.deepEqual(
      webhooks().parse(
        `# ours\nchat https://h.example/hook/ ${SECRET}\n\n all  http://10.0.0.1:8080/?a=b ${SECRET} decision,move \n`,
      ),
      [chat, all],
    );
    assert.deepEqual(webhooks().parse(`chat https://h.example/hook/ ${SECRET};`), [chat]);
    assert.deepEqual(webhooks().parse(""), []);
  });

  it("is refused with the line and the mend, all at once, and neither secret nor address is told", () => {
    const faults = faultsOf(
      [
        "chat https://h.example/p4th",
        `Chat https://h.example/p4th ${SECRET}`,
        `grafana https://h.example/p4th ${SECRET}`,
        `chat ftp://h.example/p4th ${SECRET}`,
        "chat https://h.example/p4th sh0rt",
        `chat https://h.example/p4th ${SECRET} move,moves`,
        `chat https://h.example/p4th ${SECRET}`,
        `chat https://h.example/p4th ${SECRET} move state`,
        `chat https://h.example/p4th ${SECRET}`,
      ].join("\n"),
    );
    assert.deepEqual(faults, [
      "line 1: is not NAME URL SECRET [TYPES], three words or four",
      'line 2: "Chat" is no name; write small letters, digits, - and _, and not grafana',
      'line 3: "grafana" is no name; write small letters, digits, - and _, and not grafana',
      'line 4: the address of "chat" is none; write one such as https://host/hook',
      'line 5: the secret of "chat" has 5 characters; write 16 or more',
      'line 6: "moves" is no type of event; write some of decision,move,verdict,state,order',
      "line 8: is not NAME URL SECRET [TYPES], three words or four",
      '"chat" is named twice; name each once',
    ]);
    assert.ok(!/p4th|0123|sh0rt/.test(faults.join()));
  });
});
