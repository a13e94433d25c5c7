/** What the kernel could not take back at once: the use without the file pages that nobody touched lately. */
export function workingSet(usage: number | null, inactiveFile: number | null): number | null {
  return usage === null || inactiveFile === null ? null : Math.max(0, usage - inactiveFile);
}
