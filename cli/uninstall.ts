import { isClean, leftIn, type Left } from "../scheduler/leave/left.ts";
import { takeOut, type Leave, type LeaveParts } from "../scheduler/leave/take-out.ts";
import { Refused } from "./client.ts";
import type { Uninstall } from "./command-line.ts";
import type { Terminal } from "./commands.ts";
import {
  byHandLines,
  endedLine,
  nodeLine,
  orderLine,
  ownersLines,
  plannedLines,
  schedulerLine,
  traceLine,
} from "./uninstall-words.ts";

export { leavePartsOf } from "../scheduler/leave/swarm.ts";

const CLEAN = "nothing of Ballast's is left in this swarm";
const AGAIN = "; run this again";

/**
 * Takes everything of Ballast's out of a swarm and verifies that.
 * @throws Refused while a scheduler runs (nothing is changed), when nobody agrees, when no manager answers, and when
 * something is left afterwards; what was taken out is printed all the same.
 */
export async function uninstall(
  { dockerAddress, json, yes }: Pick<Uninstall, "dockerAddress" | "json" | "yes">,
  parts: LeaveParts,
  terminal: Terminal,
): Promise<void> {
  const reading = async () => parts.read().catch((error: unknown) => refuseToRead(dockerAddress, error));
  const swarm = await reading();
  const left = leftIn(swarm);
  const [scheduler] = left.schedulers;
  if (scheduler !== undefined) throw new Refused(`${schedulerLine(scheduler)}; nothing was changed`);
  const planned = plannedLines(left);
  if (planned.length > 0) await agree(planned, yes, terminal);
  const names = new Map(left.moves.map(({ record, service }) => [record.moveId, service.name]));
  const leave = await takeOut({ ...parts, read: reading }, left, swarm.nodes, (moveId, step, detail) => {
    terminal.err(`${names.get(moveId) ?? moveId}: ${step.replace("_", " ")}: ${detail}`);
  });
  if (json) terminal.out(JSON.stringify(documentOf(leave)));
  else for (const line of linesOf(leave)) terminal.out(line);
  const fault = faultOf(leave);
  if (fault !== null) throw new Refused(fault);
}

async function agree(planned: readonly string[], yes: boolean, terminal: Terminal): Promise<void> {
  for (const line of planned) terminal.err(line);
  if (yes) return;
  const answer = await terminal.confirm("Take these out of the swarm?");
  if (answer === null) throw new Refused("nothing was changed: nobody to ask; answer beforehand with --yes");
  if (!answer) throw new Refused("nothing was changed");
}

function refuseToRead(address: string, error: unknown): never {
  const why = error instanceof Error ? error.message.trim() : String(error);
  throw new Refused(
    `the swarm cannot be read at ${address}: ${why}; name a manager's Docker with --docker-host`,
  );
}

/** Why it is not over; null when it is. */
function faultOf({ moves, after, traces }: Leave): string | null {
  const [scheduler] = after.schedulers;
  if (scheduler !== undefined) return `${schedulerLine(scheduler)}${AGAIN}`;
  if (after.moves.length + after.orders.length > 0) {
    const names = [
      ...after.moves.map(({ service }) => service.name),
      ...after.orders.map(({ name }) => name),
    ];
    return `still in the swarm: ${names.join(", ")}${AGAIN}`;
  }
  if (after.unreadable.length + traces.length > 0)
    return "something is left to be taken out by hand, see above";
  const failed = moves.filter(({ outcome }) => outcome === "failed").map(({ service }) => service);
  return failed.length === 0 ? null : `nothing is left, but look after ${failed.join(", ")}, see above`;
}

function isOver({ after, traces }: Leave): boolean {
  return isClean(after) && traces.length === 0;
}

function linesOf(leave: Leave): readonly string[] {
  const { moves, orders, nodes, after, traces } = leave;
  return [
    ...moves.map(endedLine),
    ...orders.map(orderLine),
    ...nodes.map(nodeLine),
    ...after.unreadable.flatMap(byHandLines),
    ...traces.map(traceLine),
    ...ownersLines(after),
    ...(isOver(leave) ? [CLEAN] : []),
  ];
}

/** What `--json` prints. */
function documentOf(leave: Leave): object {
  const { moves, orders, nodes, after, traces } = leave;
  return {
    clean: isOver(leave),
    takenOut: {
      moves: moves.map(({ service, moveId, fromName, toName, outcome, detail }) => ({
        service,
        moveId,
        from: fromName,
        to: toName,
        outcome,
        detail,
      })),
      orders: orders
        .filter(({ fault }) => fault === null)
        .map(({ order: { name, kind, about, at, reason } }) => ({ name, kind, about, at, reason })),
    },
    left: stillOf(after, leave),
    byHand: [
      ...after.unreadable.map(({ service, constraints }) => ({
        service,
        label: "ballast.steer",
        constraints,
      })),
      ...traces,
    ],
    nodes: nodes.map(({ hostname, availability }) => ({ name: hostname, availability })),
    ownLabels: after.ownLabels,
    rollbacks: after.rollbacks,
  };
}

function stillOf({ moves, orders }: Left, { orders: tried }: Leave): object {
  return {
    moves: moves.map(({ service, record }) => ({ service: service.name, moveId: record.moveId })),
    orders: orders.map(({ id, name }) => ({
      name,
      fault: tried.find(({ order }) => order.id === id)?.fault ?? null,
    })),
  };
}
