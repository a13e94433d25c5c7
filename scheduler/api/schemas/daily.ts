import * as z from "zod";
import { DAILY_ACTS } from "../../domain/daily.ts";

/** Of more replicas than this somebody has put a nought too many. */
const MOST_REPLICAS = 10_000;
const MOST_LABELS = 50;

const WHY = { reason: z.string().max(500).default("").describe("kept in the log") };
const FORCE = {
  force: z.boolean().default(false).describe("although the answer without it said what comes of it"),
};

export const SCALE = z.strictObject({
  replicas: z.int().min(0).max(MOST_REPLICAS).describe("0 only with force"),
  ...FORCE,
  ...WHY,
});
export const RESTART = z.strictObject(WHY);
export const ROLLBACK = z.strictObject(WHY);

export const IMAGE = z.strictObject({
  image: z
    .string()
    .max(512)
    .regex(/^[\w][\w.:/@+-]*$/, "is no image; write one such as shop/web:1.2 or shop/web@sha256:…")
    .describe("as Docker names it; best with its digest"),
  ...FORCE,
  ...WHY,
});

const LABEL_NAME = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._/-]{0,127}$/i, "is no label; write letters, digits and . _ / -");
const LABEL_VALUE = z
  .string()
  .max(1000)
  .regex(/^\P{Cc}*$/u, "holds a control character; leave it out");

/** The library passes over a key called so, and what is passed over would seem to be done. */
const labelsGiven = z
  .unknown()
  .refine(
    (given) => typeof given !== "object" || given === null || !Object.hasOwn(given, "__proto__"),
    "__proto__ is no label",
  )
  .pipe(z.record(LABEL_NAME, LABEL_VALUE))
  .refine((set) => Object.keys(set).length <= MOST_LABELS, `more than ${MOST_LABELS} labels at once`)
  .meta({ type: "object", additionalProperties: { type: "string" } });

export const LABELS = z
  .strictObject({
    set: labelsGiven.default({}).describe("each label to its value"),
    remove: z
      .array(LABEL_NAME)
      .max(MOST_LABELS)
      .default([])
      .describe("names; those that are not there do no harm"),
    ...FORCE,
    ...WHY,
  })
  .superRefine(({ set, remove }, context) => {
    if (Object.keys(set).length === 0 && remove.length === 0)
      context.addIssue({
        code: "custom",
        path: ["set"],
        message: "is empty, and so is remove; name a label",
      });
    for (const name of remove.filter((each) => Object.hasOwn(set, each)))
      context.addIssue({ code: "custom", path: ["remove"], message: `${name} is to be set too; choose one` });
  });

export const AVAILABILITY = z.strictObject({
  availability: z.enum(["active", "pause", "drain"]).describe("drain cuts; POST …/drain does not"),
  ...FORCE,
  ...WHY,
});

const ROLE_WORD = z.enum(["manager", "worker"]);

export const ROLE = z.strictObject({ role: ROLE_WORD, ...FORCE, ...WHY });

export const TOKENS = z.strictObject({
  role: ROLE_WORD.describe("what the machine is to join as"),
  rotate: z.boolean().default(false).describe("have a new token take the place of the one there is"),
  ...WHY,
});

const CHANGE = z.strictObject({
  place: z.string().describe("in the spec, such as Mode.Replicated.Replicas"),
  before: z.unknown().optional().describe("null where there was nothing; left out where it may be a secret"),
  after: z.unknown().optional(),
});

const OPERATION = z
  .strictObject({ id: z.string(), href: z.string() })
  .meta({ id: "OperationLink", description: "where the rest of the work can be followed" });

const PACE = z
  .strictObject({
    order: z.string(),
    parallelism: z.number().describe("0: all at once"),
    delaySeconds: z.number(),
    failureAction: z.string().describe("what Swarm does when new tasks fail: pause, continue or rollback"),
    maxFailureRatio: z.number(),
  })
  .meta({ id: "UpdatePace", description: "how Swarm carries it out, by the owner's own settings" });

const TOLD = {
  dryRun: z.boolean().describe("true: nothing was done"),
  done: z.boolean().describe("false where it was so already, or nothing was done"),
  act: z.enum(DAILY_ACTS),
  changes: z.array(CHANGE).describe("all that the write changes, place by place"),
  notes: z.array(z.string()).describe("for people: what to know of it"),
  reason: z.string(),
};

export const CHANGED_SERVICE = z
  .strictObject({
    ...TOLD,
    service: z.strictObject({ id: z.string(), name: z.string() }),
    update: PACE.nullable().describe("null where no task is replaced"),
    operation: OPERATION.nullable().describe("null where nothing was done"),
  })
  .meta({ id: "ChangedService" });

export const CHANGED_NODE = z
  .strictObject({ ...TOLD, node: z.strictObject({ id: z.string(), hostname: z.string() }) })
  .meta({ id: "ChangedNode" });

export const JOIN_TOKEN = z
  .strictObject({
    dryRun: TOLD.dryRun,
    done: TOLD.done.describe("whether the token is told"),
    act: TOLD.act,
    role: ROLE_WORD,
    rotated: z.boolean(),
    token: z.string().nullable().describe("null in a dry run"),
    command: z.string().nullable().describe("what joins the machine on which it is run"),
    notes: TOLD.notes,
    reason: TOLD.reason,
  })
  .meta({ id: "JoinToken" });
