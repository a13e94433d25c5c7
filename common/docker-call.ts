import type Docker from "dockerode";

/** Where the client itself knows no limit. */
const PATIENCE_MS = 10_000;

/**
 * What the call comes to, or an error by the client's own timeout. The client itself only times the silence before an
 * answer: one that comes byte by byte, or breaks off in its middle as when the daemon is restarted, it would wait for
 * without an end. A write that is given up this way may have been taken.
 */
export async function answered<Answer>(
  docker: Docker,
  call: (abortSignal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const { timeout: ms = PATIENCE_MS } = docker.modem as { readonly timeout?: number };
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new Error(`no whole answer within ${ms / 1000} s`));
  }, ms);
  const { signal } = over;
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  try {
    return await Promise.race([call(signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
