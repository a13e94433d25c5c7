import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  addNode,
  buildImages,
  down,
  execOn,
  fault,
  loadImages,
  open,
  status,
  up,
  type Lab,
  type LabOptions,
} from "../lab.ts";
import type { Report } from "../report.ts";
import { assertMachine } from "../requirements.ts";
import { isLabDir } from "../state.ts";
import type { Command } from "./arguments.ts";
import { HELP, statusText } from "./text.ts";

/** Does what the command line asks for and returns the exit code. Progress goes to `report`, results to standard output. */
export async function runCommand(command: Command, options: LabOptions, report: Report): Promise<number> {
  switch (command.kind) {
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "up":
      assertMachine(options.engine);
      await up(options, report, command.images ? await buildImages(report) : undefined);
      return 0;
    case "down":
      assertMachine();
      if (!(await down(options, report))) report(`no lab "${options.name}"`);
      return 0;
    case "images":
      assertMachine("system");
      await images(options, report);
      return 0;
    case "add":
    case "exec":
    case "fault":
    case "status":
      assertMachine();
      return onLab(await open(options), command, report);
  }
}

/** Builds the images and, when the lab runs, loads them. */
async function images(options: LabOptions, report: Report): Promise<void> {
  const built = await buildImages(report);
  report(`built: ${Object.keys(built.ids).join(", ")}`);
  if (await isLabDir(options.dir)) {
    await loadImages(await open(options), built, report);
    report("every node has them");
  } else {
    report(`no lab "${options.name}" to load them on`);
  }
}

type LabCommand = Extract<
  Command,
  { readonly node: string } | { readonly kind: "add" } | { readonly kind: "status" }
>;

async function onLab(lab: Lab, command: LabCommand, report: Report): Promise<number> {
  switch (command.kind) {
    case "add":
      await addNode(lab, report, command.images ? await buildImages(report) : undefined);
      return 0;
    case "status": {
      const seen = await status(lab);
      process.stdout.write(command.json ? `${JSON.stringify(seen, null, 2)}\n` : statusText(seen));
      return 0;
    }
    case "fault":
      await fault(lab, command.fault, command.node);
      report(`${command.fault} ${command.node}: done`);
      return 0;
    case "exec":
      return attached(execOn(lab, command.node, command.argv));
  }
}

/** The exit code of a child that has the terminal. */
async function attached(child: ChildProcess): Promise<number> {
  // The terminal sends an interrupt to the child too, and it is the child's to answer.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
