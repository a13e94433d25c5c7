import { FAULTS, type LabStatus, type NodeStatus } from "../lab.ts";

const FAULT_LINES = Object.entries(FAULTS).map(([name, meaning]) => `      ${name.padEnd(10)} ${meaning}`);

/** The text of --help. */
export const HELP = `A real Docker swarm of many nodes on this machine (Linux, root).

  npm run lab -- up N [--images]      start N nodes, joined to one swarm (--images: with the images on each)
  npm run lab -- down                 end the lab and remove all that it left
  npm run lab -- status [--json]      show every node
  npm run lab -- add [--images]       start one further node and let it join
  npm run lab -- exec NODE -- CMD…    run a command inside a node (docker speaks to that node)
  npm run lab -- fault KIND NODE      do something to a node:
${FAULT_LINES.join("\n")}
  npm run lab -- images               build the images and load them onto every node of a running lab

Options
  --name NAME       the lab (default: lab); labs of different names and subnets stand side by side
  --dir DIR         its folder (default: /var/tmp/ballast-lab/NAME); down removes it
  --subnet CIDR     its net, a /24 (default: 10.77.0.0/24); nodes are .1, .2, …, this machine is .254
  --engine ENGINE   system (default), or a Debian suite such as trixie or sid, whose engine is then fetched once
  --managers N      how many of the nodes manage the swarm (default: 1)
  --help            this text
`;

/** A lab's status for people. */
export function statusText(lab: LabStatus): string {
  const rows = [["NODE", "ADDRESS", "ROLE", "DAEMON", "SWARM", "DOCKER_HOST"], ...lab.nodes.map(row)];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const table = rows.map((cells) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  const head = `lab "${lab.name}": engine ${lab.engine}, net ${lab.subnet}, this machine is ${lab.gateway}, folder ${lab.dir}`;
  return `${[head, ...table].map((line) => line.trimEnd()).join("\n")}\n`;
}

function row(node: NodeStatus): string[] {
  return [
    node.name,
    node.address,
    node.manager ? "manager" : "worker",
    node.pid === null ? node.daemon : `${node.daemon} (${node.pid})`,
    node.swarm === null ? "unknown" : `${node.swarm.state}, ${node.swarm.availability}`,
    `unix://${node.socket}`,
  ];
}
