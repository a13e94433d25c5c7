import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { down } from "../down.ts";
import { execOn } from "../exec.ts";
import { fault } from "../faults.ts";
import { buildImages } from "../images/build.ts";
import { loadImages } from "../images/load.ts";
import type { Lab } from "../names.ts";
import type { LabOptions } from "../options.ts";
import type { Report } from "../report.ts";
import { assertMachine } from "../requirements.ts";
import { loadState } from "../state.ts";
import { status } from "../status.ts";
import { addNode, up } from "../up.ts";
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
    case "add":
    case "exec":
    case "fault":
    case "images":
    case "status":
      assertMachine();
      return onLab(await loadState(options), command, report);
  }
}

type LabCommand = Exclude<
  Command,
  { readonly kind: "help" } | { readonly kind: "up" } | { readonly kind: "down" }
>;

async function onLab(lab: Lab, command: LabCommand, report: Report): Promise<number> {
  switch (command.kind) {
    case "add":
      await addNode(lab, report, command.images ? await buildImages(report) : undefined);
      return 0;
    case "images": {
      const images = await buildImages(report);
      await loadImages(lab, images, report);
      report(`every node has ${Object.keys(images.ids).join(", ")}`);
      return 0;
    }
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
