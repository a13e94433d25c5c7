import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { Refused, type Client } from "./client.ts";
import type { Command, Common } from "./command-line.ts";
import { EXPLANATION, explanationLines } from "./explanation.ts";

/** Where a command speaks to: results to `out`, progress and questions to `err`. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Asks a yes-or-no question; null when nobody is there to answer. */
  confirm(question: string): Promise<boolean | null>;
}

const REFUSAL = z.object({ service: z.string(), filter: z.string(), detail: z.string() });
const FORECAST = z.object({
  node: z.string(),
  moves: z.array(z.object({ service: z.string(), slot: z.number(), toName: z.string() })),
  cut: z.array(REFUSAL),
  pending: z.array(REFUSAL),
  ended: z.array(z.string()),
});
const ORDERS = z.object({
  orders: z.array(
    z.object({
      kind: z.string(),
      name: z.string().nullable(),
      at: z.string(),
      reason: z.string(),
      until: z.string().nullish(),
      obstacle: z.string().nullish(),
    }),
  ),
});
const TAKEN_BACK = z.object({ takenBack: z.number() });
const GIVEN = z.object({ given: z.boolean() });

type Forecast = z.output<typeof FORECAST>;
type Shown = z.output<typeof ORDERS>["orders"][number];

const POLL_MS = 1000;

/**
 * Carries a command out.
 * @throws Refused with what the scheduler said.
 */
export async function run(
  command: Command,
  { json, yes }: Common,
  client: Client,
  terminal: Terminal,
): Promise<void> {
  const tell = (answer: unknown, line: string) => {
    terminal.out(json ? JSON.stringify(answer) : line);
  };
  switch (command.kind) {
    case "drain":
      return drain(command, { json, yes }, client, terminal);
    case "restore": {
      const answer = await client.post(`/v1/nodes/${encodeURIComponent(command.node)}/restore`, {});
      tell(answer, `${command.node} takes tasks again`);
      return;
    }
    case "pause": {
      const { service, duration, reason } = command;
      const answer = await client.post("/v1/pause", {
        ...(service === null ? {} : { service }),
        ...(duration === null ? {} : { for: duration }),
        reason,
      });
      const what = service ?? "everything";
      tell(answer, GIVEN.parse(answer).given ? `${what} is paused` : `${what} was paused already`);
      return;
    }
    case "resume": {
      const answer = await client.post(
        "/v1/resume",
        command.service === null ? {} : { service: command.service },
      );
      const count = TAKEN_BACK.parse(answer).takenBack;
      tell(answer, count === 0 ? "it was not paused" : `${command.service ?? "everything"} may move again`);
      return;
    }
    case "reset": {
      const answer = await client.post("/v1/breaker/reset", { reason: command.reason });
      tell(answer, "what went wrong before no longer counts");
      return;
    }
    case "orders": {
      const answer = ORDERS.parse(await client.get("/v1/orders"));
      if (json) terminal.out(JSON.stringify(answer));
      else if (answer.orders.length === 0) terminal.out("no orders");
      else for (const order of answer.orders) terminal.out(lineOf(order));
      return;
    }
    case "explain": {
      const { subject } = command;
      const query = subject === null ? "" : `?${subject.kind}=${encodeURIComponent(subject.name)}`;
      const answer = EXPLANATION.parse(await client.get(`/v1/explain${query}`));
      if (json) terminal.out(JSON.stringify(answer));
      else for (const line of explanationLines(answer)) terminal.out(line);
    }
  }
}

async function drain(
  { node, force, wait, reason }: Extract<Command, { readonly kind: "drain" }>,
  { json, yes }: Pick<Common, "json" | "yes">,
  client: Client,
  terminal: Terminal,
): Promise<void> {
  const path = `/v1/nodes/${encodeURIComponent(node)}/drain`;
  const forecast = FORECAST.parse(await client.get(path));
  for (const line of forecastLines(forecast)) terminal.err(line);
  const hurts = forecast.cut.length + forecast.pending.length > 0;
  if (hurts && !force)
    throw new Refused("nothing was ordered; mend these, or have Swarm cut them with --force");
  if (!yes) {
    const answer = await terminal.confirm(`Drain ${forecast.node}?`);
    if (answer === null)
      throw new Refused("nothing was ordered: nobody to ask; answer beforehand with --yes");
    if (!answer) throw new Refused("nothing was ordered");
  }
  const order = await client.post(path, { force, reason });
  if (wait) await waitForDrain(forecast, client, terminal);
  const line = wait ? `${forecast.node} is drained` : `${forecast.node} is being drained`;
  terminal.out(json ? JSON.stringify(order) : line);
}

/** Waits until the order is gone from the swarm; says whenever what it waits for has changed. */
async function waitForDrain({ node }: Forecast, client: Client, terminal: Terminal): Promise<void> {
  let said = "";
  for (;;) {
    const { orders } = ORDERS.parse(await client.get("/v1/orders"));
    const order = orders.find(({ kind, name }) => kind === "drain" && name === node);
    if (order === undefined) return;
    const now = order.obstacle ?? "the last task is stopping";
    if (now !== said) terminal.err(`${node}: ${now}`);
    said = now;
    await sleep(POLL_MS);
  }
}

function forecastLines({ node, moves, cut, pending, ended }: Forecast): readonly string[] {
  const refused = ({ service, filter, detail }: z.output<typeof REFUSAL>) =>
    `${service} (${filter}: ${detail})`;
  return [
    ...moves.map(({ service, slot, toName }) => `${node}: ${service}.${slot} moves to ${toName}`),
    ...cut.map((each) => `${node}: would be cut: ${refused(each)}`),
    ...pending.map((each) => `${node}: would be cut and stay pending: ${refused(each)}`),
    ...ended.map((service) => `${node}: ends here, as with any drain: ${service}`),
  ];
}

function lineOf({ kind, name, at, reason, until, obstacle }: Shown): string {
  const words = [`${kind} ${name ?? "everything"} since ${at}`];
  if (until !== undefined && until !== null) words.push(`until ${until}`);
  if (reason !== "") words.push(reason);
  if (obstacle !== undefined && obstacle !== null) words.push(obstacle);
  return words.join("; ");
}
