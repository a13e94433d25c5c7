import { family, gauge, type Family, type MetricSpec, type Point } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";

/** What a disk is: its numbers, and udev's properties of it, none where udev is not to be read. */
export interface DiskFacts {
  readonly device: string;
  readonly major: string;
  readonly minor: string;
  readonly properties: ReadonlyMap<string, string>;
}

const INFO = gauge("node_disk_info", "Info of /sys/block/<block_device>.");
const FILESYSTEM = gauge("node_disk_filesystem_info", "Info about disk filesystem.");
const MAPPER = gauge("node_disk_device_mapper_info", "Info about disk device mapper.");
const ATA = [
  ["ID_ATA_WRITE_CACHE", gauge("node_disk_ata_write_cache", "ATA disk has a write cache.")],
  [
    "ID_ATA_WRITE_CACHE_ENABLED",
    gauge("node_disk_ata_write_cache_enabled", "ATA disk has its write cache enabled."),
  ],
  [
    "ID_ATA_ROTATION_RATE_RPM",
    gauge("node_disk_ata_rotation_rate_rpm", "ATA disk rotation rate in RPMs (0 for SSDs)."),
  ],
] as const;

/** node_exporter's families of what udev knows. An unknown label is empty, as there, which Prometheus takes for none. */
export function diskFacts(disks: readonly DiskFacts[]): readonly Family[] {
  const of = (spec: MetricSpec, pointOf: (disk: DiskFacts) => Point | null): Family =>
    family(
      spec,
      disks.flatMap((disk) => pointOf(disk) ?? []),
    );
  return [
    of(INFO, infoOf),
    of(FILESYSTEM, filesystemOf),
    of(MAPPER, mapperOf),
    ...ATA.map(([property, spec]) =>
      of(spec, ({ device, properties }) => {
        const value = properties.has("ID_ATA") ? parseNumber(properties.get(property)) : null;
        return value === null ? null : { labels: { device }, value };
      }),
    ),
  ];
}

function infoOf({ device, major, minor, properties }: DiskFacts): Point {
  const of = (property: string): string => properties.get(property) ?? "";
  const labels = {
    device,
    major,
    minor,
    path: of("ID_PATH"),
    wwn: of("ID_WWN"),
    model: of("ID_MODEL"),
    // The first is what is printed on the disk.
    serial: of("SCSI_IDENT_SERIAL") || of("ID_SERIAL_SHORT"),
    revision: of("ID_REVISION"),
  };
  return { labels, value: 1 };
}

function filesystemOf({ device, properties }: DiskFacts): Point | null {
  const of = (property: string): string => properties.get(property) ?? "";
  const type = of("ID_FS_TYPE");
  if (type === "") return null;
  const labels = {
    device,
    type,
    usage: of("ID_FS_USAGE"),
    uuid: of("ID_FS_UUID"),
    version: of("ID_FS_VERSION"),
  };
  return { labels, value: 1 };
}

function mapperOf({ device, properties }: DiskFacts): Point | null {
  const of = (property: string): string => properties.get(property) ?? "";
  const name = of("DM_NAME");
  if (name === "") return null;
  const labels = {
    device,
    name,
    uuid: of("DM_UUID"),
    vg_name: of("DM_VG_NAME"),
    lv_name: of("DM_LV_NAME"),
    lv_layer: of("DM_LV_LAYER"),
  };
  return { labels, value: 1 };
}
