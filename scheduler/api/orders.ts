import { Router, type RequestHandler, type Response } from "express";
import * as z from "zod";
import { duration } from "../../common/config/types.ts";
import { sendProblem } from "../../common/http/problem.ts";
import { contextOf } from "../decide/candidates.ts";
import { forecastDrain, type DrainForecast } from "../decide/search/empty.ts";
import { viewOf } from "../decide/view.ts";
import type { Node } from "../domain/node.ts";
import type { Order } from "../domain/order.ts";
import type { Policy } from "../domain/policy.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Observe } from "../observe/observer.ts";
import type { NewOrder, NodeWriter, OrderBook } from "../ports.ts";
import { objectionToDrain, obstacleToDrain } from "../standing-orders.ts";
import { bearerRefusal } from "./bearer.ts";
import { jsonBody } from "./json-body.ts";
import { named, type Named } from "./named.ts";

/** What the routes for people's orders work with. */
export interface OrderRouteParts {
  readonly observe: Observe;
  readonly policy: Policy;
  readonly orders: OrderBook;
  readonly nodeWriter: NodeWriter;
  /** The caller's secret; null when none is configured, and then nobody may order. */
  readonly token: string | null;
  /** Called after an order was given or taken back. */
  readonly onOrder: () => void;
}

/** Ten years: what is to hold for longer holds until it is taken back. */
const LONGEST_PAUSE_SECONDS = 3650 * 86_400;
const REASON = { reason: z.string().max(500).default("") };
const PAUSE = z.strictObject({
  service: z.string().min(1).optional(),
  for: duration()
    .refine(
      (seconds) => seconds <= LONGEST_PAUSE_SECONDS,
      "is more than 3650d; leave it out to pause until resumed",
    )
    .optional(),
  ...REASON,
});
const RESUME = z.strictObject({ service: z.string().min(1).optional() });
const DRAIN = z.strictObject({ force: z.boolean().default(false), ...REASON });
const NOTHING = z.strictObject({});
const RESET = z.strictObject(REASON);
/** As long as the breaker's longest pause can be: a day. */
const RESET_KEPT_MS = 86_400_000;

const UNKNOWN_SWARM = { status: 503, title: "The swarm cannot be read" };

/**
 * `GET /v1/orders`, `GET /v1/nodes/NODE/drain` (what it would come to), and, with the token, `POST /v1/pause`,
 * `/v1/resume`, `/v1/breaker/reset`, `/v1/nodes/NODE/drain`, `/v1/nodes/NODE/restore`. Orders go into the swarm, so any scheduler takes them.
 */
export function ordersRoutes(parts: OrderRouteParts): Router {
  const acts: RequestHandler[] = [
    (request, response, next) => {
      const refusal = bearerRefusal(request, parts.token, "BALLAST_API_TOKEN");
      if (refusal === null) next();
      else sendProblem(response, refusal);
    },
    ...jsonBody("64kb"),
  ];
  return Router()
    .get("/v1/orders", async (_request, response) => {
      const snapshot = await knownSwarm(parts, response);
      if (snapshot === null) return;
      response.json({ orders: snapshot.orders.map((order) => shown(order, snapshot, parts.policy)) });
    })
    .get("/v1/nodes/:node/drain", async (request, response) => {
      const found = await nodeIn(parts, request.params.node, response);
      if (found !== null) response.json(forecastOf(found, parts.policy));
    })
    .post("/v1/pause", ...acts, async (request, response) => {
      const body = bodyOf(PAUSE, request.body, response);
      if (body !== null) await pause(parts, body, response);
    })
    .post("/v1/resume", ...acts, async (request, response) => {
      const body = bodyOf(RESUME, request.body, response);
      if (body !== null) await resume(parts, body, response);
    })
    .post("/v1/breaker/reset", ...acts, async (request, response) => {
      const body = bodyOf(RESET, request.body, response);
      if (body !== null) await reset(parts, body, response);
    })
    .post("/v1/nodes/:node/drain", ...acts, async (request, response) => {
      const body = bodyOf(DRAIN, request.body, response);
      const found = body === null ? null : await nodeIn(parts, String(request.params["node"]), response);
      if (body !== null && found !== null) await drain(parts, found, body, response);
    })
    .post("/v1/nodes/:node/restore", ...acts, async (request, response) => {
      if (bodyOf(NOTHING, request.body, response) === null) return;
      const found = await nodeIn(parts, String(request.params["node"]), response);
      if (found !== null) await restore(parts, found, response);
    });
}

interface FoundNode {
  readonly node: Node;
  readonly snapshot: Snapshot;
}

async function pause(
  parts: OrderRouteParts,
  body: z.output<typeof PAUSE>,
  response: Response,
): Promise<void> {
  const service = await serviceIn(parts, body.service, response);
  if (service === null) return;
  const nowMs = Date.now();
  const until = body.for === undefined ? null : new Date(nowMs + body.for * 1000).toISOString();
  const order = { kind: "pause", service: service.id, until, reason: body.reason, at: isoOf(nowMs) } as const;
  await give(parts, order, response);
}

async function resume(
  parts: OrderRouteParts,
  body: z.output<typeof RESUME>,
  response: Response,
): Promise<void> {
  const service = await serviceIn(parts, body.service, response);
  if (service === null) return;
  const snapshot = await knownSwarm(parts, response);
  if (snapshot === null) return;
  const pauses = snapshot.orders.filter((order) => order.kind === "pause" && order.service === service.id);
  await takeBack(parts, pauses, response);
}

/** A later reset takes the place of an earlier one. */
async function reset(
  parts: OrderRouteParts,
  { reason }: z.output<typeof RESET>,
  response: Response,
): Promise<void> {
  const snapshot = await knownSwarm(parts, response);
  if (snapshot === null) return;
  for (const order of snapshot.orders) if (order.kind === "reset") await parts.orders.takeBack(order.id);
  const nowMs = Date.now();
  const until = isoOf(nowMs + RESET_KEPT_MS);
  await give(parts, { kind: "reset", until, reason, at: isoOf(nowMs) }, response);
}

async function drain(
  parts: OrderRouteParts,
  found: FoundNode,
  { force, reason }: z.output<typeof DRAIN>,
  response: Response,
): Promise<void> {
  const { node, snapshot } = found;
  const order = { kind: "drain", node: node.id, force, reason, at: isoOf(Date.now()) } as const;
  const forecast = forecastDrain(viewOf(snapshot), node.id, contextOf(snapshot, parts.policy, Date.now()));
  const objection = objectionToDrain(forecast, { ...order, id: "" });
  if (objection !== null) {
    sendProblem(response, { status: 409, title: "Tasks would be cut", detail: objection });
    return;
  }
  await give(parts, order, response, { moves: forecast.moves.length });
}

async function restore(
  parts: OrderRouteParts,
  { node, snapshot }: FoundNode,
  response: Response,
): Promise<void> {
  const drains = snapshot.orders.filter((order) => order.kind === "drain" && order.node === node.id);
  for (const order of drains) await parts.orders.takeBack(order.id);
  await parts.nodeWriter.setAvailability(node.id, "active");
  parts.onOrder();
  response.json({ node: node.hostname, availability: "active", takenBack: drains.length });
}

async function give(
  parts: OrderRouteParts,
  order: NewOrder,
  response: Response,
  more: Readonly<Record<string, number>> = {},
): Promise<void> {
  const given = await parts.orders.give(order);
  parts.onOrder();
  response.status(given ? 202 : 200).json({ given, order, ...more });
}

async function takeBack(parts: OrderRouteParts, orders: readonly Order[], response: Response): Promise<void> {
  for (const order of orders) await parts.orders.takeBack(order.id);
  parts.onOrder();
  response.json({ takenBack: orders.length });
}

/** The service of that name or id, `{ id: null }` for all, or null after the answer that there is none. */
async function serviceIn(
  { observe }: OrderRouteParts,
  wanted: string | undefined,
  response: Response,
): Promise<{ readonly id: string | null } | null> {
  if (wanted === undefined) return { id: null };
  const snapshot = await knownSwarm({ observe }, response);
  return snapshot === null ? null : foundIn(snapshot.services, "service", wanted, response);
}

async function nodeIn(
  { observe }: OrderRouteParts,
  wanted: string,
  response: Response,
): Promise<FoundNode | null> {
  const snapshot = await knownSwarm({ observe }, response);
  if (snapshot === null) return null;
  const nodes = snapshot.nodes.map((node) => ({ ...node, name: node.hostname }));
  const node = foundIn(nodes, "node", wanted, response);
  return node === null ? null : { node, snapshot };
}

/** What is so, or null after the answer that it cannot be known: no orders seen would then not be no orders. */
async function knownSwarm(
  { observe }: Pick<OrderRouteParts, "observe">,
  response: Response,
): Promise<Snapshot | null> {
  const { snapshot } = await observe();
  const doubts = snapshot.inputs.find(({ source }) => source === "swarm")?.doubts ?? [];
  if (doubts.length === 0) return snapshot;
  sendProblem(response, { ...UNKNOWN_SWARM, detail: doubts.join("; ") });
  return null;
}

function foundIn<Thing extends Named>(
  things: readonly Thing[],
  kind: string,
  wanted: string,
  response: Response,
): Thing | null {
  const found = named(things, kind, wanted);
  if (found.problem !== null) sendProblem(response, found.problem);
  return found.thing;
}

function bodyOf<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  response: Response,
): z.output<Schema> | null {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  sendProblem(response, { status: 400, title: "Bad body", detail: z.prettifyError(parsed.error) });
  return null;
}

function forecastOf(
  { node, snapshot }: FoundNode,
  policy: Policy,
): DrainForecast & { readonly node: string } {
  const view = viewOf(snapshot);
  return { node: node.hostname, ...forecastDrain(view, node.id, contextOf(snapshot, policy, Date.now())) };
}

/** An order with names for people, and what keeps a drain from its end. */
function shown(order: Order, snapshot: Snapshot, policy: Policy): object {
  if (order.kind === "reset") return { ...order, name: "breaker" };
  if (order.kind === "pause") {
    const service = snapshot.services.find(({ id }) => id === order.service);
    return { ...order, name: service?.name ?? order.service };
  }
  const view = viewOf(snapshot);
  const obstacle = obstacleToDrain(
    forecastDrain(view, order.node, contextOf(snapshot, policy, Date.now())),
    order,
  );
  return { ...order, name: view.nodes.get(order.node)?.node.hostname ?? order.node, obstacle };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
