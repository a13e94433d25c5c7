import type { Left, LeftMove, LeftOrder, RunningScheduler, UnreadableMove } from "../scheduler/leave/left.ts";
import type { EndedOrder, Leave, Trace } from "../scheduler/leave/take-out.ts";

// What `ballast uninstall` says, in words.

/** Why nothing is taken out while a scheduler runs, and what to do first. */
export function schedulerLine({ service, stack }: RunningScheduler): string {
  if (service === null) return "a scheduler that was removed is still stopping: run this again in a minute";
  const first = stack === null ? `docker service rm ${service}` : `docker stack rm ${stack}`;
  return `the scheduler still runs as service ${service}: first \`${first}\``;
}

/** What would be taken out. */
export function plannedLines({ moves, orders }: Left): readonly string[] {
  return [...moves.map(moveLine), ...orders.map((order) => `${order.name}: ${orderInWords(order)}`)];
}

/** How an order ended. */
export function orderLine({ order, fault }: EndedOrder): string {
  const what = `${order.name}: ${orderInWords(order)}`;
  return fault === null ? `${what}: taken out` : `${what}: could not be taken out: ${fault}`;
}

/** What to do by hand about a move whose record cannot be read. */
export function byHandLines({ service, constraints }: UnreadableMove): readonly string[] {
  const removals = constraints
    .filter((constraint) => /^\s*node\.id\s*[!=]=/.test(constraint))
    .map((constraint) => `--constraint-rm ${quoted(constraint)} `);
  return [
    `${service}: its label ballast.steer cannot be read, so what a move added to it is not known; nothing was done to it`,
    `  best deploy its stack again, which takes out all that its stack file does not have; else, by hand,`,
    `  those of its constraints (${constraints.join(", ") || "none"}) and update settings that are not yours:`,
    `  docker service update ${removals.join("")}--label-rm ballast.steer ${service}`,
  ];
}

/** What a move left although its label is gone. */
export function traceLine({ service, what }: Trace): string {
  return `${service}: still has ${what}: take it out by hand unless it is yours, or deploy its stack again`;
}

/** How a node of a drain order was left. */
export function nodeLine({ hostname, availability }: Leave["nodes"][number]): string {
  const back =
    availability === "active"
      ? ""
      : `; \`docker node update --availability active ${hostname}\` has it take tasks again`;
  return `${hostname}: its availability is left as it is, ${availability}${back}`;
}

/** What is the owner's to know: labels of his that stay, and what a rollback would do. */
export function ownersLines({ ownLabels, rollbacks }: Left): readonly string[] {
  return [
    ...ownLabels.map(
      ({ service, label, value }) =>
        `${service}: keeps ${label}=${value}, which is yours: see its stack file`,
    ),
    ...rollbacks.map(
      (service) =>
        `${service}: \`docker service rollback\` would bring a move back until it is next deployed; then run this again`,
    ),
  ];
}

/** An order in words, with when and why it was given where that can be read. */
function orderInWords({ kind, about, at, reason }: LeftOrder): string {
  const since = at === null ? "" : ` since ${at}`;
  return `${kind} of ${about ?? "everything"}${since}${reason === "" ? "" : `: ${reason}`}`;
}

function moveLine({ service, fromName, toName, record }: LeftMove): string {
  return `${service.name}: a move from ${fromName} to ${toName} was left; it ends by ${record.deadline} at the latest`;
}

/** How a move ended. */
export function endedLine({ service, outcome, detail }: Leave["moves"][number]): string {
  return `${service}: the move that was left ${ENDINGS[outcome]}: ${detail}`;
}

const ENDINGS = {
  landed: "landed",
  undone: "was undone",
  gave_way: "gave way",
  failed: "did not end well",
};

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
