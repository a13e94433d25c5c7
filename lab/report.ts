/** Where progress goes, one line at a time. */
export type Report = (line: string) => void;

export function silent(): void {
  // Nobody asked.
}
