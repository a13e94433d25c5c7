import type { BallastAddresses } from "../lab/ballast/deploy.ts";
import { finishedLine } from "./screen/lines.ts";
import type { Paint } from "./screen/paint.ts";
import { nodeTable, type MarksByResource } from "./screen/table.ts";
import { columns } from "./screen/text.ts";
import type { FinishedMove } from "./view.ts";
import type { Picture } from "./watch.ts";
import type { ServiceState } from "./workload.ts";

/** What the end of the story is made of. */
export interface Ending {
  readonly before: Picture | null;
  readonly after: Picture | null;
  readonly moves: readonly FinishedMove[];
  /** The workload, read off the swarm at the end. */
  readonly services: readonly ServiceState[];
}

/** Before and after, the moves between them, and how the workload stands. */
export function endingLines(
  { before, after, moves, services }: Ending,
  marks: MarksByResource,
  paint: Paint,
): readonly string[] {
  const title = (text: string) => paint.tone("strong", text);
  const part = (name: string, picture: Picture | null) =>
    picture === null
      ? []
      : [
          "",
          title(`${name} (imbalance ${imbalanceText(picture)})`),
          ...nodeTable(picture.nodes, marks, paint),
        ];
  return [
    ...part("Before", before),
    ...part("After", after),
    "",
    title("Moves"),
    ...(moves.length === 0 ? ["none"] : moves.map((move) => finishedLine(move, paint))),
    "",
    title("The workload now, read off the swarm"),
    ...columns(services.map((service) => serviceCells(service, paint))),
  ];
}

/** Where everything listens. */
export function addressLines({ scheduler, prometheus, alertmanager }: BallastAddresses): readonly string[] {
  const rows = [
    ["API", `${scheduler}/v1/plan, /v1/decisions, /v1/snapshot`],
    ["metrics", `${scheduler}/metrics`],
    ["Prometheus", prometheus],
    ["Alertmanager", alertmanager],
  ];
  return columns(rows.map(([name = "", address = ""]) => [`        ${name}`, address]));
}

/** What one can do while it stays up. */
export function stayingLines(lab: string): readonly string[] {
  return [
    "",
    "It stays up and goes on keeping level. In another terminal, for instance:",
    `  npm run lab -- exec node1 --name ${lab} -- docker service ps shop_web`,
    `  npm run lab -- fault kill node3 --name ${lab}`,
    "Ctrl-C ends it and takes all down.",
    "",
  ];
}

function imbalanceText({ imbalance }: Picture): string {
  return imbalance === null ? "not known" : `${imbalance.toFixed(2)}; 0 is level, 1 is all on one node`;
}

function serviceCells({ name, running, replicas, constraints, ours }: ServiceState, paint: Paint): string[] {
  const whole = running === replicas;
  const count = `${running} of ${replicas} running`;
  const where = constraints.length === 0 ? "none" : constraints.join(", ");
  return [
    name,
    paint.tone(whole ? "good" : "bad", count),
    `constraints: ${where}`,
    ours.length === 0
      ? paint.tone("good", "nothing of Ballast left in it")
      : paint.tone("bad", ours.join(", ")),
  ];
}
