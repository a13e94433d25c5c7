import axios from "axios";
import { nodesOf } from "../../test/e2e/support/lab.ts";
import type { Lives } from "./lives.ts";
import type { Random } from "./random.ts";
import { again, pause, type Stage } from "./stage.ts";

/** Who may give orders. */
export const TOKEN = "of-the-soak";

const WORKERS = ["node2", "node3", "node4"];
const DRAIN_SECONDS = 90;

/** People giving orders, until the time is over. */
export async function giveOrders(stage: Stage, lives: Lives, random: Random): Promise<void> {
  await again(
    stage,
    "an order",
    () => random.between(8, 30),
    async () => {
      const draw = random.between(0, 100);
      if (draw < 60) await drainAndRestore(stage, lives, random);
      else if (draw < 72) await pauseAndResume(stage, lives, random, {});
      else if (draw < 85) {
        const service = random.pick([...stage.owned.keys()]);
        await pauseAndResume(stage, lives, random, { service });
      } else await order(stage, lives, "breaker/reset");
    },
  );
}

async function pauseAndResume(
  stage: Stage,
  lives: Lives,
  random: Random,
  body: { readonly service?: string },
): Promise<void> {
  // One of three runs out by itself.
  const ends = random.chance(0.34);
  const seconds = random.whole(4, 12);
  await order(stage, lives, "pause", { ...body, ...(ends ? { for: `${seconds}s` } : {}) });
  await pause(seconds, stage.signal);
  if (!ends) await order(stage, lives, "resume", body);
}

/** A drain is waited for, or, in one of four cases, taken back while it is under way. */
async function drainAndRestore(stage: Stage, lives: Lives, random: Random): Promise<void> {
  const hostname = random.pick(WORKERS);
  const isHasty = random.chance(0.25);
  if (!(await order(stage, lives, `nodes/${hostname}/drain`))) return;
  const untilMs = Date.now() + (isHasty ? random.between(1, 8) : DRAIN_SECONDS) * 1000;
  while (Date.now() < untilMs && !stage.signal.aborted && !(await isDrained(stage, hostname)))
    await pause(0.5, stage.signal);
  stage.ledger.done((await isDrained(stage, hostname)) ? "node drained" : "drain taken back", hostname);
  await pause(random.between(1, 10), stage.signal);
  while (!stage.signal.aborted && !(await order(stage, lives, `nodes/${hostname}/restore`)))
    await pause(1, stage.signal);
}

async function isDrained({ test }: Stage, hostname: string): Promise<boolean> {
  const nodes = await nodesOf(test.docker);
  return nodes.some(
    ({ Description, Spec }) => Description.Hostname === hostname && Spec.Availability === "drain",
  );
}

/** Gives an order by the API; false when it was refused, or nobody was there to take it. */
async function order(
  { ledger }: Pick<Stage, "ledger">,
  lives: Lives,
  path: string,
  body: object = {},
): Promise<boolean> {
  const url = lives.current()?.url;
  const what = `order ${path.replace(/node\d/, "NODE")}`;
  if (url === undefined) {
    ledger.done(`${what}: no scheduler`);
    return false;
  }
  try {
    const headers = { authorization: `Bearer ${TOKEN}` };
    await axios.post(`${url}/v1/${path}?dryRun=false`, body, { headers, timeout: 30_000, proxy: false });
    ledger.done(what, `${path} ${JSON.stringify(body)}`);
    return true;
  } catch (error) {
    const status = axios.isAxiosError(error) ? error.response?.status : undefined;
    const data: unknown = axios.isAxiosError(error) ? error.response?.data : undefined;
    ledger.done(
      `${what}: ${status === undefined ? "no answer" : `refused with ${status}`}`,
      JSON.stringify(data ?? ""),
    );
    return false;
  }
}

/** Takes all orders back: nobody is paused and no node drained any more. */
export async function endAllOrders(stage: Stage, lives: Lives): Promise<void> {
  for (const hostname of WORKERS) await order(stage, lives, `nodes/${hostname}/restore`);
  for (const service of stage.owned.keys()) await order(stage, lives, "resume", { service });
  await order(stage, lives, "resume");
}
