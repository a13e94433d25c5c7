import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createGpu } from "../../../../agent/collectors/gpu.ts";
import { createNvidiaSmi } from "../../../../agent/sources/nvidia_smi.ts";
import { runProgram } from "../../../../agent/sources/program.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

// As nvidia-smi prints it: a server's GPU, and a laptop's that does not tell everything.
const T4 = "0, GPU-3a1f, 00000000:00:1E.0, 37, 12, 1024, 14084, 45, [N/A], 27.13, 585, 5000, Tesla T4";
const LAPTOP =
  "1, GPU-77c0, 00000000:01:00.0, 0, 0, 5, 3899, 38, N/A, [Not Supported], 300, 405, NVIDIA GeForce RTX 3050, Laptop";

describe("gpu", () => {
  it("writes DCGM exporter's names and labels, and omits what a GPU does not tell", () => {
    const labels =
      '{gpu="0",UUID="GPU-3a1f",pci_bus_id="00000000:00:1E.0",device="nvidia0",modelName="Tesla T4",Hostname="node1"}';
    assert.deepEqual(seriesOf(createGpu(), { csv: `${T4}\n`, hostname: "node1" }), [
      `DCGM_FI_DEV_GPU_UTIL${labels} 37`,
      `DCGM_FI_DEV_MEM_COPY_UTIL${labels} 12`,
      `DCGM_FI_DEV_FB_USED${labels} 1024`,
      `DCGM_FI_DEV_FB_FREE${labels} 14084`,
      `DCGM_FI_DEV_GPU_TEMP${labels} 45`,
      `DCGM_FI_DEV_POWER_USAGE${labels} 27.13`,
      `DCGM_FI_DEV_SM_CLOCK${labels} 585`,
      `DCGM_FI_DEV_MEM_CLOCK${labels} 5000`,
    ]);
  });

  it("tells several GPUs apart, whatever their names hold", () => {
    const series = seriesOf(createGpu(), { csv: `${T4}\n${LAPTOP}\nNo devices were found\n`, hostname: "n" });
    assert.equal(series.filter((line) => line.startsWith("DCGM_FI_DEV_GPU_UTIL")).length, 2);
    assert.match(series[1] ?? "", /device="nvidia1",modelName="NVIDIA GeForce RTX 3050, Laptop"/);
    assert.equal(series.filter((line) => line.startsWith("DCGM_FI_DEV_POWER_USAGE")).length, 1);
  });

  it("names the host by its node", () => {
    const raw = createGpu({ latest: () => T4 }).read(fixtureSources("v1"));
    assert.deepEqual(raw, { csv: T4, hostname: "node1" });
  });
});

/** A tool whose runs end when the test says so. */
class FakeTool {
  readonly runs: { readonly print: (csv: string) => void; readonly fail: (error: Error) => void }[] = [];
  readonly smi = createNvidiaSmi(
    () =>
      new Promise((resolve, reject) => {
        this.runs.push({ print: resolve, fail: reject });
      }),
  );

  async end(act: (run: FakeTool["runs"][number]) => void): Promise<void> {
    const run = this.runs.at(-1);
    assert.ok(run !== undefined);
    act(run);
    await new Promise(setImmediate);
  }
}

describe("asking nvidia-smi", () => {
  it("holds up nobody: the answer is there for a later sample, and is asked anew after 10 s", async () => {
    const tool = new FakeTool();
    assert.equal(tool.smi.latest(0), null);
    await tool.end(({ print }) => {
      print("first");
    });
    assert.equal(tool.smi.latest(9), "first");
    assert.equal(tool.runs.length, 1);
    assert.equal(tool.smi.latest(10), "first");
    assert.equal(tool.runs.length, 2);
    await tool.end(({ print }) => {
      print("second");
    });
    assert.equal(tool.smi.latest(11), "second");
  });

  it("drops values after 60 s of a run that hangs, says so, and starts no other beside it", async () => {
    const tool = new FakeTool();
    tool.smi.latest(0);
    await tool.end(({ print }) => {
      print("old");
    });
    assert.equal(tool.smi.latest(10), "old");
    assert.equal(tool.smi.latest(60), "old");
    assert.equal(tool.smi.latest(61), null);
    assert.throws(() => tool.smi.latest(100), /not ended for 90 s/);
    assert.equal(tool.runs.length, 2);
    await tool.end(({ print }) => {
      print("late");
    });
    // The answer of then is too old by now; a new one is asked for.
    assert.equal(tool.smi.latest(101), null);
    assert.equal(tool.runs.length, 3);
  });

  it("makes no noise where there is none, and looks again after 10 minutes", async () => {
    const tool = new FakeTool();
    tool.smi.latest(0);
    await tool.end(({ fail }) => {
      fail(Object.assign(new Error("spawn nvidia-smi ENOENT"), { code: "ENOENT" }));
    });
    assert.equal(tool.smi.latest(1), null);
    assert.equal(tool.smi.latest(599), null);
    assert.equal(tool.runs.length, 1);
    assert.equal(tool.smi.latest(600), null);
    assert.equal(tool.runs.length, 2);
  });

  it("tells a driver's failure once the last answer is too old, and tries again after a minute", async () => {
    const tool = new FakeTool();
    tool.smi.latest(0);
    await tool.end(({ fail }) => {
      fail(new Error("couldn't communicate with the NVIDIA driver"));
    });
    assert.throws(() => tool.smi.latest(1), /NVIDIA driver/);
    assert.throws(() => tool.smi.latest(59), /NVIDIA driver/);
    assert.equal(tool.runs.length, 1);
    assert.throws(() => tool.smi.latest(60), /NVIDIA driver/);
    await tool.end(({ print }) => {
      print("well");
    });
    assert.equal(tool.smi.latest(61), "well");
  });

  it("runs a real program: a script that stands in for nvidia-smi (a fake)", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "ballast-gpu-"));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    const fake = join(folder, "fake-nvidia-smi");
    writeFileSync(fake, `#!/bin/sh\necho "${T4}"\n`);
    chmodSync(fake, 0o755);
    let run: Promise<string> = Promise.resolve("");
    const smi = createNvidiaSmi(() => {
      run = runProgram(fake, [], { timeoutMs: 10_000 });
      return run;
    });
    const gpu = createGpu(smi);
    const sources = fixtureSources("v1");
    assert.equal(gpu.read(sources), null);
    await run;
    await new Promise(setImmediate);
    const raw = await gpu.read(sources);
    assert.ok(raw !== null);
    assert.match(seriesOf(gpu, raw)[0] ?? "", /^DCGM_FI_DEV_GPU_UTIL\{gpu="0",.*\} 37$/);
  });
});

describe("running a program", () => {
  it("ends one that takes too long, and says so", async () => {
    const hangs = ["-e", "setInterval(() => {}, 1000)"];
    await assert.rejects(runProgram(process.execPath, hangs, { timeoutMs: 50 }), /no answer within 0\.05 s/);
  });

  it("hands on that there is no such program", async () => {
    await assert.rejects(runProgram("/nowhere/tool", [], { timeoutMs: 1000 }), { code: "ENOENT" });
  });
});
