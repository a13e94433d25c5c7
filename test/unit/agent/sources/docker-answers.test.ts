import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toEnd, toEvent, toIdentity, toList } from "../../../../agent/sources/docker/client.ts";

describe("toIdentity", () => {
  it("reads an inspect answer", () => {
    const answer = {
      Name: "/web.1",
      Config: { Image: "web:1", Labels: { a: "b" } },
      HostConfig: { NetworkMode: "host" },
      State: { StartedAt: "2023-11-14T22:13:20.5Z", Pid: 7, Health: { Status: "healthy" } },
      More: "is ignored",
    };
    assert.deepEqual(toIdentity(answer), {
      name: "web.1",
      image: "web:1",
      labels: { a: "b" },
      startedAt: 1_700_000_000.5,
      pid: 7,
      hostNetwork: true,
      health: "healthy",
    });
  });

  it("takes a container that never started and has no labels", () => {
    const answer = {
      Name: "/x",
      Config: { Image: "y", Labels: null },
      State: { StartedAt: "0001-01-01T00:00:00Z" },
    };
    assert.deepEqual(toIdentity(answer), {
      name: "x",
      image: "y",
      labels: {},
      startedAt: null,
      pid: null,
      hostNetwork: false,
      health: null,
    });
  });
});

describe("toEnd", () => {
  const state = {
    Running: false,
    ExitCode: 137,
    OOMKilled: true,
    StartedAt: "2023-11-14T22:13:20Z",
    FinishedAt: "2023-11-14T22:13:21Z",
  };

  it("reads how a container ended, and says nothing of one that runs", () => {
    const end = { exitCode: 137, oomKilled: true, startedAt: 1_700_000_000, finishedAt: 1_700_000_001 };
    assert.deepEqual(toEnd({ State: state }), end);
    assert.equal(toEnd({ State: { ...state, Running: true } }), null);
  });
});

describe("toList", () => {
  it("reads Docker's list", () => {
    const listed = toList([{ Id: "a", State: "exited", Labels: null, Names: ["/x"] }]);
    assert.deepEqual(listed, [{ id: "a", state: "exited", labels: {} }]);
  });
});

describe("toEvent", () => {
  it("reads a container's event", () => {
    const line = '{"Action":"die","Actor":{"ID":"abc","Attributes":{"exitCode":"1"}},"timeNano":1500000000}';
    assert.deepEqual(toEvent(line), { id: "abc", action: "die", attributes: { exitCode: "1" }, at: 1.5 });
  });

  it("passes over what is none, and over what was cut off", () => {
    assert.equal(toEvent(""), null);
    assert.equal(toEvent('{"status":"pull"}'), null);
    assert.equal(toEvent('{"Action":"die","Actor":{"ID'), null);
  });
});
