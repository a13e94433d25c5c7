import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createNetclass } from "../../../../agent/collectors/netclass.ts";
import { createNetdev } from "../../../../agent/collectors/netdev.ts";
import { netstat } from "../../../../agent/collectors/netstat.ts";
import { sockstat } from "../../../../agent/collectors/sockstat.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { parseNetDev } from "../../../../agent/sources/net_dev.ts";
import { folderFiles, forbidding } from "../files.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

const all = { netDevices: () => true };
const NOTHING = { procfs: createFiles("/nowhere"), sysfs: createFiles("/nowhere") };
const LINE = "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16";

describe("netdev", () => {
  const netdev = createNetdev(all);

  it("writes each column under node_exporter's name", () => {
    const [traffic] = parseNetDev(LINE);
    assert.ok(traffic !== undefined);
    const series = seriesOf(netdev, [{ ...traffic, unhandled: "17\n" }]);
    assert.deepEqual(
      series.map((line) => line.replace('{device="eth0"}', "").replace("node_network_", "")),
      [
        "receive_bytes_total 1",
        "receive_packets_total 2",
        "receive_errs_total 3",
        "receive_drop_total 4",
        "receive_fifo_total 5",
        "receive_frame_total 6",
        "receive_compressed_total 7",
        "receive_multicast_total 8",
        "transmit_bytes_total 9",
        "transmit_packets_total 10",
        "transmit_errs_total 11",
        "transmit_drop_total 12",
        "transmit_fifo_total 13",
        "transmit_colls_total 14",
        "transmit_carrier_total 15",
        "transmit_compressed_total 16",
        "receive_nohandler_total 17",
      ],
    );
  });

  it("reads the host's network, not the agent's own, and its own only where that is forbidden", async () => {
    const procfs = folderFiles({ "1/net/dev": LINE, "net/dev": LINE.replace("eth0", "mine") });
    const devicesOf = async (files: typeof procfs): Promise<unknown> =>
      (await netdev.read(fixtureSources("v1", undefined, { procfs: files })))?.map(({ device }) => device);
    assert.deepEqual(await devicesOf(procfs), ["eth0"]);
    assert.deepEqual(await devicesOf(forbidding(procfs, (path) => path.startsWith("1/"))), ["mine"]);
  });

  it("shows the devices that are asked for", async () => {
    const some = createNetdev({ netDevices: (name) => name !== "lo" });
    const traffic = await some.read(fixtureSources("v1"));
    assert.deepEqual(
      traffic?.map(({ device, unhandled }) => [device, unhandled]),
      [["eth0", "0\n"]],
    );
  });

  it("takes a device's name up to its last colon, with or without a blank behind it", () => {
    assert.deepEqual(parseNetDev("  eth0:1:12 3\n lo: 4\nInter-| Receive\n"), [
      { device: "eth0:1", counts: [12, 3] },
      { device: "lo", counts: [4] },
    ]);
  });

  it("has no data without procfs", () => {
    assert.equal(netdev.read(fixtureSources("v1", undefined, NOTHING)), null);
  });
});

describe("netclass", () => {
  const netclass = createNetclass(all);

  it("tells what a device is and whether it is up", async () => {
    const devices = (await netclass.read(fixtureSources("v1"))) ?? [];
    const eth0 = devices.filter(({ device }) => device === "eth0");
    assert.deepEqual(
      seriesOf(netclass, eth0).map((line) => line.replace('device="eth0"', "").replace("node_network_", "")),
      [
        "up{} 1",
        'info{,address="02:fc:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",duplex="full",operstate="up",ifalias="uplink"} 1',
        "address_assign_type{} 0",
        "carrier{} 1",
        "carrier_changes_total{} 2",
        "carrier_up_changes_total{} 1",
        "carrier_down_changes_total{} 1",
        "device_id{} 0",
        "dormant{} 0",
        "flags{} 4099",
        "iface_id{} 2",
        "iface_link{} 2",
        "iface_link_mode{} 0",
        "mtu_bytes{} 1450",
        "name_assign_type{} 4",
        "net_dev_group{} 0",
        "speed_bytes{} 1250000000",
        "transmit_queue_length{} 1000",
        "protocol_type{} 1",
      ],
    );
  });

  it("omits what a device does not have, and takes nothing else in the folder for a device", async () => {
    const devices = (await netclass.read(fixtureSources("v1"))) ?? [];
    assert.deepEqual(
      devices.map(({ device }) => device),
      ["eth0", "lo"],
    );
    const loopback = seriesOf(netclass, devices.slice(1)).join("\n");
    assert.doesNotMatch(loopback, /speed_bytes|name_assign_type/);
    assert.match(loopback, /^node_network_up\{device="lo"\} 0$/m);
  });

  it("keeps an unknown speed negative, as node_exporter does", () => {
    const properties = { ifindex: "2", speed: "-1" };
    assert.ok(
      seriesOf(netclass, [{ device: "eth0", properties }]).includes(
        'node_network_speed_bytes{device="eth0"} -125000',
      ),
    );
  });

  it("has no data without sysfs", () => {
    assert.equal(netclass.read(fixtureSources("v1", undefined, NOTHING)), null);
  });
});

describe("netstat", () => {
  it("tells node_exporter's choice of the protocols' counters", async () => {
    const raw = await netstat.read(fixtureSources("v1"));
    assert.ok(raw !== null);
    assert.deepEqual(
      seriesOf(netstat, raw).map((line) => line.replace("node_netstat_", "")),
      [
        "TcpExt_SyncookiesSent 0",
        "TcpExt_ListenOverflows 7",
        "TcpExt_ListenDrops 8",
        "TcpExt_TCPTimeouts 346",
        "TcpExt_TCPSynRetrans 342",
        "IpExt_InOctets 3386879113",
        "IpExt_OutOctets 225481958",
        "Ip_Forwarding 1",
        "Tcp_ActiveOpens 13246",
        "Tcp_PassiveOpens 1919",
        "Tcp_CurrEstab 2",
        "Tcp_InSegs 221398",
        "Tcp_OutSegs 221455",
        "Tcp_RetransSegs 405",
        "Tcp_InErrs 47",
        "Tcp_OutRsts 1849",
        "Udp_InDatagrams 831",
        "Udp_NoPorts 0",
        "Udp_InErrors 0",
        "Udp_OutDatagrams 833",
        "Udp_RcvbufErrors 0",
        "Udp_SndbufErrors 0",
        "Ip6_InOctets 225960",
        "Ip6_OutOctets 39540",
        "Icmp6_InMsgs 2",
        "Udp6_NoPorts 0",
      ],
    );
    assert.deepEqual(
      netstat.parse({ netstat: null, snmp: "Ip: Forwarding\nIp: 1\n", snmp6: null }).map(({ help }) => help),
      ["Statistic IpForwarding."],
    );
  });

  it("leaves out a name without a value", () => {
    assert.deepEqual(
      seriesOf(netstat, { netstat: null, snmp: "Udp: NoPorts InErrors\nUdp: 3\n", snmp6: null }),
      ["node_netstat_Udp_NoPorts 3"],
    );
  });

  it("has no data without procfs", () => {
    assert.equal(netstat.read(fixtureSources("v1", undefined, NOTHING)), null);
  });
});

describe("sockstat", () => {
  it("tells sockets by protocol and state, and their memory in bytes too", () => {
    const raw = {
      sockstat: "sockets: used 28\nTCP: inuse 4 orphan 0 tw 34 alloc 4 mem 104\nFRAG: inuse 0 memory 0\n",
      sockstat6: "TCP6: inuse 3\n",
      pageSize: 65_536,
    };
    assert.deepEqual(
      seriesOf(sockstat, raw).map((line) => line.replace("node_sockstat_", "")),
      [
        "sockets_used 28",
        "TCP_inuse 4",
        "TCP_orphan 0",
        "TCP_tw 34",
        "TCP_alloc 4",
        "TCP_mem 104",
        "TCP_mem_bytes 6815744",
        "FRAG_inuse 0",
        "FRAG_memory 0",
        "TCP6_inuse 3",
      ],
    );
  });

  it("has no data without procfs", () => {
    assert.equal(sockstat.read(fixtureSources("v1", undefined, NOTHING)), null);
  });
});
