/** What went wrong with the lab, said so that its reader can mend it. The CLI prints the message alone. */
export class LabError extends Error {
  override readonly name = "LabError";
}

/** The message of anything that was thrown. */
export function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
