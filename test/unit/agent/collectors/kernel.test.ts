import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filefd } from "../../../../agent/collectors/filefd.ts";
import { pressure } from "../../../../agent/collectors/pressure.ts";
import { stat } from "../../../../agent/collectors/stat.ts";
import { vmstat } from "../../../../agent/collectors/vmstat.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

describe("stat", () => {
  it("tells what the kernel counts of itself, of interrupts their sum", () => {
    const text =
      "cpu  1 2\nintr 1000 7 9\nctxt 12345\nbtime 1700000000\nprocesses 4242\nprocs_running 3\nprocs_blocked 1\n";
    assert.deepEqual(seriesOf(stat, text), [
      "node_intr_total 1000",
      "node_context_switches_total 12345",
      "node_forks_total 4242",
      "node_boot_time_seconds 1700000000",
      "node_procs_running 3",
      "node_procs_blocked 1",
    ]);
  });

  it("omits what is not told", () => {
    assert.deepEqual(seriesOf(stat, "ctxt 5\n"), ["node_context_switches_total 5"]);
  });
});

describe("vmstat", () => {
  it("tells faults, swapping and kills, untyped as node_exporter does", () => {
    const text =
      "nr_free_pages 9\npgpgin 1\npswpout 4\npgfault 5\npgmajfault 6\npgsteal_kswapd 8\noom_kill 7\n";
    assert.deepEqual(seriesOf(vmstat, text), [
      "node_vmstat_pgpgin 1",
      "node_vmstat_pswpout 4",
      "node_vmstat_pgfault 5",
      "node_vmstat_pgmajfault 6",
      "node_vmstat_oom_kill 7",
    ]);
    assert.equal(vmstat.parse(text)[0]?.type, "untyped");
  });
});

describe("pressure", () => {
  it("tells microseconds as seconds", async () => {
    const raw = await pressure.read(fixtureSources("v2"));
    assert.ok(raw !== null);
    assert.deepEqual(seriesOf(pressure, raw), [
      "node_pressure_cpu_waiting_seconds_total 12.5",
      "node_pressure_io_waiting_seconds_total 2",
      "node_pressure_io_stalled_seconds_total 1.5",
      "node_pressure_memory_waiting_seconds_total 0.3",
      "node_pressure_memory_stalled_seconds_total 0.1",
      "node_pressure_irq_stalled_seconds_total 0.04",
    ]);
  });

  it("has no data where the kernel does not keep it", () => {
    assert.equal(pressure.read(fixtureSources("v1")), null);
  });
});

describe("filefd", () => {
  it("tells open files and how many there may be", () => {
    assert.deepEqual(seriesOf(filefd, "1632\t0\t9223372036854775807\n"), [
      "node_filefd_allocated 1632",
      "node_filefd_maximum 9223372036854776000",
    ]);
  });

  it("has no data without procfs", () => {
    assert.equal(filefd.read(fixtureSources("v1", undefined, { procfs: createFiles("/nowhere") })), null);
  });
});
