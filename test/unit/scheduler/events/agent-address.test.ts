import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentAddress } from "../../../../scheduler/events/agent-address.ts";
import { agentsUrl } from "../../../../scheduler/events/agents-setting.ts";
import { AgentError } from "../../../../scheduler/events/node-agents.ts";

const NODE = { hostname: "worker-1", address: "192.0.2.7" };

function faultsOf(template: string): readonly string[] {
  const result = agentsUrl().safeParse(template);
  return result.success ? [] : result.error.issues.map(({ message }) => message);
}

describe("the address of a node's agent", () => {
  it("is made of what Prometheus and the managers say", () => {
    assert.equal(agentAddress("http://{instance}", NODE, "10.0.1.7:9880"), "http://10.0.1.7:9880");
    assert.equal(agentAddress("http://{instance}", NODE, "[fd00::7]:9880"), "http://[fd00::7]:9880");
    assert.equal(agentAddress("https://{address}:9880", NODE, null), "https://192.0.2.7:9880");
    assert.equal(
      agentAddress("http://{address}:9880", { ...NODE, address: "fd00::7" }, null),
      "http://[fd00::7]:9880",
    );
    assert.equal(agentAddress("http://{hostname}.example:9880", NODE, null), "http://worker-1.example:9880");
  });

  for (const instance of [
    "10.0.1.7:9880/admin?",
    "user@10.0.1.7:9880",
    "10.0.1.7:9880#",
    "10.0.1.7\\@evil",
    "http://evil",
    "a b",
    "10.0.1.7:9880\n",
    "{address}",
    "-",
    "[::1",
    "host:123456",
  ]) {
    it(`is none where Prometheus says what is no host: ${JSON.stringify(instance)}`, () => {
      assert.throws(
        () => agentAddress("http://{instance}", NODE, instance),
        (error) =>
          error instanceof AgentError && error.trouble === "unknown" && error.message.includes("is no host"),
      );
    });
  }

  it("is none where nobody knows it, with the mend", () => {
    assert.throws(() => agentAddress("http://{instance}", NODE, null), {
      message: "no agent of worker-1 reports to Prometheus; see that it runs and is scraped",
    });
    assert.throws(() => agentAddress("http://{address}:1", { ...NODE, address: "" }, null), {
      message: "the managers know no address of worker-1",
    });
  });
});

describe("the setting of it", () => {
  it("is a template of a host, whose slash at the end is no part", () => {
    for (const template of ["http://{instance}", "https://{address}:9880", "http://{hostname}.example:9880"])
      assert.equal(agentsUrl().parse(`${template}/`), template);
  });

  it("is refused with the mend", () => {
    assert.deepEqual(
      [
        "http://agent:9880",
        "http://{node}",
        "{instance}",
        "http://{instance}/v1",
        "ftp://{address}",
        "http://u:p@{instance}",
      ].map(faultsOf),
      [
        [
          "it names no node: every agent would be the same one; write some of {instance}, {address}, {hostname}",
        ],
        ["{node} is unknown; write some of {instance}, {address}, {hostname}"],
        ["is no address; write one such as http://{instance} or https://{address}:9880"],
        ["is no address; write one such as http://{instance} or https://{address}:9880"],
        ["is no address; write one such as http://{instance} or https://{address}:9880"],
        ["is no address; write one such as http://{instance} or https://{address}:9880"],
      ],
    );
  });
});
