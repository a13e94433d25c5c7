import { startHttpServer } from "../../../../common/http/server.ts";
import type { RunningServer } from "../../../../common/http/listen.ts";
import type { Endpoint } from "../../../../scheduler/api/http/endpoint.ts";
import { routerOf } from "../../../../scheduler/api/http/router.ts";
import { createMetrics } from "../../../../scheduler/metrics.ts";
import { SILENT } from "../../../support/silent-log.ts";

/** Serves one endpoint, which anybody may read. */
export function serve(endpoint: Endpoint): Promise<RunningServer> {
  return startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: createMetrics("advise").registry,
      readiness: () => ({ ready: true, reason: "ok" }),
      log: SILENT,
      routes: [
        routerOf({
          endpoints: [endpoint],
          access: { openReads: true, tokens: [] },
          onServed: () => undefined,
        }),
      ],
    },
  );
}

/** The messages of a stream as they come: what stands between two empty lines. */
export async function* messagesOf(response: Response): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    yield* parts;
  }
}
