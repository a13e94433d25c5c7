import * as z from "zod";
import { CONTAINER, HOST, SWARM_LABEL } from "../common/metrics/names.ts";
import { ratio, text } from "../common/config/types.ts";
import type { Marks } from "./domain/policy.ts";
import { RESOURCE_NAMES } from "./domain/resources.ts";
import type { MeasuredResource } from "./observe/prometheus/measured-resource.ts";

/** A resource that the policy adds, with its marks. */
export interface AddedResource extends MeasuredResource {
  readonly marks: Marks;
}

const NAME = /^[a-z][a-z0-9_]*$/;
const OF_TASKS = `${SWARM_LABEL.taskId}!=""`;
const BY_TASK = `instance, ${SWARM_LABEL.taskId}`;
/** Cards and disks of their own: what is laid over others would be counted twice. */
const CARDS = 'device!~"lo|veth.*|docker.*|br-.*|vxlan.*|cni.*|bond.*"';
const DISKS = 'device!~"dm-.*|loop.*|ram.*|md.*|sr.*|zram.*"';
const over = (metric: string, selector = ""): string => `rate(${metric}{${selector}}[$window])`;

type Preset = Omit<MeasuredResource, "name"> & Pick<Marks, "high" | "target">;

/** What the agent measures and Ballast knows how to ask for. A node on which a source lacks has none of the resource. */
const PRESETS: Readonly<Record<string, Preset>> = {
  // Bytes a second, in both directions together.
  network: {
    capacity: `2 * max by (instance) (${HOST.networkSpeed}{${CARDS}} > 0)`,
    used: `sum by (instance) (${over(HOST.networkReceived, CARDS)} + ${over(HOST.networkSent, CARDS)})`,
    task: `sum by (${BY_TASK}) (${over(CONTAINER.networkReceived, OF_TASKS)} + ${over(CONTAINER.networkSent, OF_TASKS)})`,
    high: 0.8,
    target: 0.7,
  },
  // The share of the time in which the busiest disk is busy; tasks are charged by their share of the bytes.
  disk: {
    capacity: `max by (instance) (${HOST.diskBusy}{${DISKS}}) * 0 + 1`,
    used: `max by (instance) (${over(HOST.diskBusy, DISKS)})`,
    task:
      `sum by (${BY_TASK}) (${over(CONTAINER.diskRead, OF_TASKS)} + ${over(CONTAINER.diskWritten, OF_TASKS)})` +
      ` / on (instance) group_left () clamp_min(sum by (instance) (${over(HOST.diskRead, DISKS)} + ${over(HOST.diskWritten, DISKS)}), 1)` +
      ` * on (instance) group_left () max by (instance) (${over(HOST.diskBusy, DISKS)})`,
    high: 0.8,
    target: 0.7,
  },
  // The share of the time in which something waits for CPU; only where the kernel says it of containers too.
  pressure: {
    capacity: `max by (instance) (${CONTAINER.cpuPressure}{${OF_TASKS}}) * 0 + 1`,
    used: `max by (instance) (${over(HOST.cpuPressure)})`,
    task: `max by (${BY_TASK}) (${over(CONTAINER.cpuPressure, OF_TASKS)})`,
    high: 0.4,
    target: 0.3,
  },
};

const ENTRY = z.strictObject({
  capacity: text("a PromQL query of what each node has").optional(),
  used: text("a PromQL query of what is used on each node").optional(),
  task: text("a PromQL query of what each task uses").optional(),
  high: ratio().optional(),
  target: ratio().optional(),
  quantile: ratio().default(0.95),
});

/**
 * What the policy adds to CPU and memory: in a file a mapping of names to queries and marks, of which those that Ballast
 * knows need none; as text their names with commas between.
 */
export function addedResources(): z.ZodType<readonly AddedResource[]> {
  return z
    .preprocess(
      (given) => (typeof given === "string" ? fromNames(given) : given),
      z.record(
        z.string(),
        z.preprocess((entry) => entry ?? {}, ENTRY),
      ),
    )
    .transform((entries, context) =>
      Object.entries(entries).flatMap(([name, entry]): readonly AddedResource[] => {
        const fault = faultOf(name);
        if (fault !== null) context.addIssue({ code: "custom", path: [name], message: fault });
        return fault === null ? completed(name, entry, context) : [];
      }),
    );
}

function fromNames(names: string): Readonly<Record<string, unknown>> {
  const given = names.split(",").map((each) => each.trim());
  return Object.fromEntries(given.filter((each) => each !== "").map((name) => [name, {}]));
}

function faultOf(name: string): string | null {
  if (RESOURCE_NAMES.some((own) => own === name))
    return `${name} is measured anyway; its marks are marks.${name}`;
  if (!NAME.test(name)) return `${JSON.stringify(name)} is no name; write small letters, digits and _`;
  return null;
}

function completed(
  name: string,
  entry: z.output<typeof ENTRY>,
  context: z.RefinementCtx,
): readonly AddedResource[] {
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  const { capacity, used, task, high = 0.8, target = 0.7 } = { ...preset, ...given(entry) };
  if (capacity === undefined || used === undefined || task === undefined) {
    const known = Object.keys(PRESETS).join(", ");
    const message = `${name} lacks a query; write capacity, used and task in the configuration's file (${known} need none)`;
    context.addIssue({ code: "custom", path: [name], message });
    return [];
  }
  if (target >= high) {
    const message = `${target} is not below high (${high}); moves must aim lower than what calls for them`;
    context.addIssue({ code: "custom", path: [name, "target"], message });
  }
  return [{ name, capacity, used, task, marks: { high, target, quantile: entry.quantile } }];
}

/** Without what is not given, which would hide what is known. */
function given<Entry extends object>(entry: Entry): Partial<Entry> {
  return Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== undefined),
  ) as Partial<Entry>;
}
