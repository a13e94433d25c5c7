import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createHardware } from "../../../../agent/collectors/hardware.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { askHardware, type HardwareFacts } from "../../../../agent/sources/hardware.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

const FACTS: HardwareFacts = {
  cpu: { brand: "EPYC 7B13", vendor: "AMD", physicalCores: 32, flags: "fpu vme" },
  system: { manufacturer: "", model: "Docker Container" },
};
const IDLE = (): Promise<HardwareFacts> => Promise.resolve(FACTS);

describe("hardware", () => {
  it("is asked once, holds up no sample, and is told from then on", async () => {
    let asked = 0;
    const hardware = createHardware(() => {
      asked += 1;
      return Promise.resolve(FACTS);
    });
    const sources = fixtureSources("v1");
    assert.equal(hardware.read(sources), null);
    await new Promise(setImmediate);
    const raw = await hardware.read(sources);
    assert.ok(raw !== null);
    assert.deepEqual(seriesOf(hardware, raw), [
      'ballast_node_hardware_info{cpu_brand="EPYC 7B13",cpu_vendor="AMD",cpu_physical_cores="32",manufacturer="QEMU",model="Standard PC (Q35 + ICH9, 2009)"} 1',
    ]);
    assert.equal(asked, 1);
  });

  it("omits what is not known, and words that only stand in for it", () => {
    const facts = { ...FACTS, cpu: { ...FACTS.cpu, brand: "", physicalCores: 0 } };
    const raw = { facts, vendor: "To Be Filled By O.E.M.\n", product: null };
    assert.deepEqual(seriesOf(createHardware(IDLE), raw), ['ballast_node_hardware_info{cpu_vendor="AMD"} 1']);
  });

  it("tells a virtual machine by its host's name or by the processor's flag", () => {
    const raw = { facts: FACTS, vendor: null, product: null };
    const virtual = { ...FACTS, system: { ...FACTS.system, virtualHost: "KVM" } };
    const flagged = { ...FACTS, cpu: { ...FACTS.cpu, flags: "rdrand hypervisor" } };
    const virtualizationOf = (facts: HardwareFacts): unknown =>
      createHardware(IDLE).parse({ ...raw, facts })[0]?.points[0]?.labels["virtualization"];
    assert.deepEqual([FACTS, virtual, flagged].map(virtualizationOf), [undefined, "KVM", "yes"]);
  });

  it("fails where the facts cannot be had, without asking again", async () => {
    let asked = 0;
    const hardware = createHardware(() => {
      asked += 1;
      return Promise.reject(new Error("no such module"));
    });
    const sources = fixtureSources("v1", undefined, { sysfs: createFiles("/nowhere") });
    assert.equal(hardware.read(sources), null);
    await new Promise(setImmediate);
    assert.throws(() => hardware.read(sources), /hardware cannot be told/);
    assert.throws(() => hardware.read(sources), /hardware cannot be told/);
    assert.equal(asked, 1);
  });

  it("asks a process of its own, whatever the agent's own options are", async (t) => {
    const before = process.env["NODE_OPTIONS"];
    process.env["NODE_OPTIONS"] = "--require=/nowhere/preloaded.js";
    t.after(() => {
      if (before === undefined) delete process.env["NODE_OPTIONS"];
      else process.env["NODE_OPTIONS"] = before;
    });
    const { cpu } = await askHardware();
    assert.ok(cpu.physicalCores > 0);
  });
});
