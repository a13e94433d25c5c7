import { spawnSync } from "node:child_process";

/** What promtool would mend in an exposition, line by line; null where it is not installed. */
export function lintMetrics(exposition: string): readonly string[] | null {
  const { error, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: exposition,
    encoding: "utf8",
  });
  if (error !== undefined) return null;
  return `${stdout}${stderr}`.split("\n").filter((line) => line.trim() !== "");
}
