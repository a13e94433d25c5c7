import { cooldown } from "./cooldown.ts";
import type { TaskFilter } from "./filter.ts";
import { focus } from "./focus.ts";
import { genericResources } from "./generic-resources.ts";
import { localData } from "./local-data.ts";
import { mode } from "./mode.ts";
import { origin } from "./origin.ts";
import { owner } from "./owner.ts";
import { paused } from "./paused.ts";
import { quiet } from "./quiet.ts";
import { replicasRunning } from "./replicas-running.ts";
import { updating } from "./updating.ts";
import { usageKnown } from "./usage-known.ts";

/** What must hold for a task to be moved at all. The first that refuses is the reason shown. */
export const TASK_FILTERS: readonly TaskFilter[] = [
  focus, // nothing else was asked for
  mode, // a write to a job re-runs it; one to a global service stops tasks all at once
  paused, // a person's word, given to us
  owner, // the owner's word, and that of other tools, comes before anything measured
  updating, // a write cancels the update under way
  quiet, // our write takes the place of the user's own rollback point
  localData, // what lies on the node stays there
  genericResources, // the API shows no remainder of them
  replicasRunning, // a service that is short of a copy has other worries
  usageKnown, // unknown is a reason not to move
  origin, // nor may it be of the node it leaves
  cooldown, // what was just placed is left to settle
];
