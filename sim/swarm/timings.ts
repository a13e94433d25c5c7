/** How long things take in a swarm, in milliseconds unless it says otherwise. */
export interface Timings {
  /** Until an orchestrator, the updater or the enforcer takes up what changed. */
  readonly managerMs: number;
  /** From a task's making, or from what makes room, until the scheduler places it. */
  readonly scheduleMs: number;
  /** Until a task's node is told what is wanted of it. */
  readonly dispatchMs: number;
  /** Until a placed task is ready to start, where its image is there. */
  readonly prepareMs: number;
  /** What an image takes to be pulled to a node that has not got it, and can. */
  readonly pullMs: number;
  /** Until a node that cannot get an image says so. */
  readonly refusePullMs: number;
  /** From being told to start until the container runs. */
  readonly startMs: number;
  /** From then until it is healthy, where the service has a health check. */
  readonly healthyMs: number;
  /** From being told to stop until the container has ended. */
  readonly stopMs: number;
  /** From a node's loss until the managers call it down. */
  readonly downAfterMs: number;
  /** From a node's return until the managers call it ready. */
  readonly readyAfterMs: number;
  /** The longest that a replacement waits for the old task to stop. */
  readonly longestStopMs: number;
  /** By how much of itself each of these may differ from one time to the next. */
  readonly jitter: number;
}

/**
 * As seen on labs of four nodes (engines 20.10.24 and 26.1.5): a new task runs within a second, a lost node is down after
 * 15 s. How a start's second is divided among its steps, what a pull takes and by how much times differ are assumed; the
 * waits of the managers are SwarmKit's own constants.
 */
export const SEEN_ON_LABS: Timings = {
  managerMs: 10,
  scheduleMs: 100,
  dispatchMs: 100,
  prepareMs: 150,
  pullMs: 15_000,
  refusePullMs: 400,
  startMs: 450,
  healthyMs: 1500,
  stopMs: 250,
  downAfterMs: 15_000,
  readyAfterMs: 1000,
  longestStopMs: 60_000,
  jitter: 0.2,
};
