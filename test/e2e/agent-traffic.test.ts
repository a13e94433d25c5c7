import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LabNode } from "../../lab/lab.ts";
import type { AgentProcess } from "../support/agent-process.ts";
import { assertBetween, assertNear, bracketed, namesAll, startNodeAgent, sumOf } from "./support/agent.ts";
import {
  dockerStats,
  removeContainers,
  runContainer,
  sendBytes,
  type TestContainer,
} from "./support/container.ts";
import { diskBelow } from "./support/kernel.ts";
import { openTestLab, type TestLab } from "./support/lab.ts";

const SENT = 5_000_000;
const BLOCKS = 100;
const BLOCK = 40_960;

describe("what an agent says of the traffic of containers", { concurrency: true }, () => {
  let test: TestLab;
  let node: LabNode;
  let agent: AgentProcess;
  before(async () => {
    test = await openTestLab();
    node = test.nodeNamed("node2");
    await removeContainers(node);
    agent = await startNodeAgent(test, "node2");
  });
  after(async () => {
    await agent.stop();
    await removeContainers(node);
  });

  it("disk traffic is the kernel's and what docker stats shows", async () => {
    const disk = diskBelow(test.lab.dir);
    const limit = disk === null ? [] : [`--device-write-bps=${disk}:1gb`];
    const writer = await runContainer(node, "writer", ["--volume=/data", ...limit]);
    await namesAll(agent, ["writer"]);
    // Past the page cache, whose later writing out version 1 counts as nobody's.
    const copy = ["dd", `bs=${BLOCK}`, `count=${BLOCKS}`];
    await writer.exec(...copy, "if=/dev/zero", "of=/data/f", "oflag=direct");
    await writer.exec(...copy, "if=/data/f", "of=/dev/null", "iflag=direct");
    const { before, page, after } = await bracketed(agent, writer.cgroup);
    assert.ok(before.writtenBytes >= BLOCKS * BLOCK, `the kernel counts ${before.writtenBytes} bytes`);
    const written = sumOf(page, "container_fs_writes_bytes_total", "writer");
    const read = sumOf(page, "container_fs_reads_bytes_total", "writer");
    assertBetween(written, before.writtenBytes, after.writtenBytes, "bytes written");
    assertBetween(read, before.readBytes, after.readBytes, "bytes read");
    const stats = await dockerStats(node, "writer");
    assertNear(stats.writtenBytes, written, 0.02, "bytes written, as docker stats says");
    assertNear(stats.readBytes, read, 0.02, "bytes read, as docker stats says");
  });

  it("network traffic between containers is the kernel's and what docker stats shows", async () => {
    const receiver = await runContainer(node, "receiver");
    const sender = await runContainer(node, "sender");
    await namesAll(agent, ["receiver", "sender"]);
    await sendBytes(node, sender, receiver, SENT);
    await Promise.all([
      checkTraffic(sender, "container_network_transmit_bytes_total", "sentBytes"),
      checkTraffic(receiver, "container_network_receive_bytes_total", "receivedBytes"),
    ]);
  });

  async function checkTraffic(
    { name, cgroup }: TestContainer,
    metric: string,
    direction: "sentBytes" | "receivedBytes",
  ): Promise<void> {
    const { before, page, after } = await bracketed(agent, cgroup);
    const bytes = sumOf(page, metric, name);
    assertBetween(bytes, before[direction], after[direction], metric);
    assert.ok(bytes >= SENT, `${metric}: ${bytes}`);
    assertNear((await dockerStats(node, name))[direction], bytes, 0.02, "docker stats' NET I/O");
  }
});
