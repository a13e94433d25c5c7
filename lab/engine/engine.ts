import type { Report } from "../report.ts";
import { buildSuite } from "./suite.ts";

/** Where an engine's programs stand. The root "/" is the machine itself. */
export interface Engine {
  readonly root: string;
}

/** Finds the engine, fetching it first when it is a suite that this machine has not got yet. */
export async function prepareEngine(engine: string, report: Report): Promise<Engine> {
  return { root: engine === "system" ? "/" : await buildSuite(engine, report) };
}
