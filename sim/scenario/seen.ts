import type Docker from "dockerode";
import * as z from "zod";

// What a play reads of the Docker API.

const NODES = z.array(
  z.object({
    ID: z.string(),
    Version: z.object({ Index: z.number() }),
    Spec: z.looseObject({
      Availability: z.string(),
      Labels: z.record(z.string(), z.string()).nullish(),
    }),
    Description: z.object({ Hostname: z.string() }),
    Status: z.object({ State: z.string() }),
  }),
);
const SERVICES = z.array(
  z.object({
    ID: z.string(),
    Version: z.object({ Index: z.number() }),
    Spec: z.looseObject({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
    UpdateStatus: z.object({ State: z.string().default("") }).nullish(),
  }),
);
const TASKS = z.array(
  z.object({
    ID: z.string(),
    ServiceID: z.string().default(""),
    Slot: z.number().default(0),
    NodeID: z.string().default(""),
    DesiredState: z.string(),
    Status: z.object({ State: z.string() }),
  }),
);

type SeenNode = z.output<typeof NODES>[number];
type SeenService = z.output<typeof SERVICES>[number];
export type SeenTask = z.output<typeof TASKS>[number];

/** One look at the scenarios' own services. */
export interface Seen {
  readonly nodes: readonly SeenNode[];
  readonly services: readonly SeenService[];
  readonly tasks: readonly SeenTask[];
}

export async function look(docker: Docker): Promise<Seen> {
  const filters = { label: ["ballast.test"] };
  const [nodes, services, tasks] = await Promise.all([
    docker.listNodes().then((answer: unknown) => NODES.parse(answer)),
    docker.listServices({ filters }).then((answer: unknown) => SERVICES.parse(answer)),
    docker.listTasks().then((answer: unknown) => TASKS.parse(answer)),
  ]);
  return { nodes, services, tasks };
}

/** The one that has the property. @throws Error where none has. */
export function theOne<Item>(items: readonly Item[], what: string, is: (item: Item) => boolean): Item {
  const found = items.find(is);
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}

export function isUp({ DesiredState, Status }: SeenTask): boolean {
  return DesiredState === "running" && Status.State === "running";
}
