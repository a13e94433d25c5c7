import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createDiskstats, type Disk } from "../../../../agent/collectors/diskstats.ts";
import { parseDiskstats, parseUdev } from "../../../../agent/sources/diskstats.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

const collector = createDiskstats({ disks: (name) => !/^(loop|vda)\d$/.test(name) });
const DISK = { device: "sda", major: "8", minor: "0", udev: null };

function disk(parts: Partial<Disk>): Disk {
  return { ...DISK, counts: [], ...parts };
}

describe("diskstats", () => {
  it("tells every count in bytes, seconds or plain numbers", () => {
    const counts = [1, 2, 3, 4000, 5, 6, 7, 8000, 9, 10_000, 11_000, 12, 13, 14, 15_000, 16, 17_000];
    const [, ...series] = seriesOf(collector, [disk({ counts })]);
    assert.deepEqual(
      series.map((line) => line.replace('{device="sda"}', "")),
      [
        "node_disk_reads_completed_total 1",
        "node_disk_reads_merged_total 2",
        "node_disk_read_bytes_total 1536",
        "node_disk_read_time_seconds_total 4",
        "node_disk_writes_completed_total 5",
        "node_disk_writes_merged_total 6",
        "node_disk_written_bytes_total 3584",
        "node_disk_write_time_seconds_total 8",
        "node_disk_io_now 9",
        "node_disk_io_time_seconds_total 10",
        "node_disk_io_time_weighted_seconds_total 11",
        "node_disk_discards_completed_total 12",
        "node_disk_discards_merged_total 13",
        "node_disk_discarded_sectors_total 14",
        "node_disk_discard_time_seconds_total 15",
        "node_disk_flush_requests_total 16",
        "node_disk_flush_requests_time_seconds_total 17",
      ],
    );
  });

  it("omits what an old kernel does not count", () => {
    const series = seriesOf(collector, [disk({ counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] })]);
    assert.equal(series.length, 12);
    assert.doesNotMatch(series.join("\n"), /discard|flush/);
  });

  it("shows the disks that are asked for, with what udev knows of them", async () => {
    const disks = await collector.read(fixtureSources("v1"));
    assert.ok(disks !== null);
    assert.deepEqual(
      disks.map(({ device }) => device),
      ["vda", "sda"],
    );
    assert.deepEqual(
      seriesOf(collector, disks).filter((line) => line.includes("_info{")),
      [
        'node_disk_info{device="vda",major="254",minor="0",path="pci-0000:00:05.0",wwn="0x5000c500a0b1",model="Virtual disk",serial="vol-0a1b",revision="1.0"} 1',
        'node_disk_info{device="sda",major="8",minor="0",path="",wwn="",model="",serial="",revision=""} 1',
        'node_disk_filesystem_info{device="vda",type="ext4",usage="filesystem",uuid="3a7f0c1e",version="1.0"} 1',
      ],
    );
  });

  it("tells of logical volumes and of ATA disks what only they have", () => {
    const udev =
      "E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:ID_ATA=1\n" +
      "E:ID_ATA_WRITE_CACHE=1\nE:ID_ATA_WRITE_CACHE_ENABLED=0\nE:ID_ATA_ROTATION_RATE_RPM=7200\n" +
      "E:SCSI_IDENT_SERIAL=printed\nE:ID_SERIAL_SHORT=other\n";
    const [info, ...series] = seriesOf(collector, [disk({ device: "dm-0", udev })]);
    assert.match(info ?? "", /serial="printed"/);
    assert.deepEqual(series, [
      'node_disk_device_mapper_info{device="dm-0",name="vg-root",uuid="LVM-1",vg_name="vg",lv_name="root",lv_layer=""} 1',
      'node_disk_ata_write_cache{device="dm-0"} 1',
      'node_disk_ata_write_cache_enabled{device="dm-0"} 0',
      'node_disk_ata_rotation_rate_rpm{device="dm-0"} 7200',
    ]);
  });

  it("has no data without procfs", () => {
    assert.equal(collector.read(fixtureSources("v1", undefined, { procfs: createFiles("/nowhere") })), null);
  });
});

describe("the parsers of disks", () => {
  it("leave out lines that are none of theirs", () => {
    assert.deepEqual(parseDiskstats("nonsense\n 8 0 sda 1 2 3\n 8 1 sdb x\n\n"), [
      { major: "8", minor: "0", device: "sda", counts: [1, 2, 3] },
    ]);
    assert.deepEqual([...parseUdev("S:disk\nE:A=b=c\nE:broken\n")], [["A", "b=c"]]);
  });
});
