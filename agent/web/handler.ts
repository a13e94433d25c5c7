import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { sendProblem } from "../../common/http/problem.ts";
import { passageOf } from "../../common/http/web/gate.ts";
import type { WebSecurity } from "../../common/http/web/protection.ts";
import type { Log } from "../../common/log.ts";
import type { Route } from "./route.ts";

/** What answers requests. */
export interface HandlerParts {
  readonly routes: readonly Route[];
  readonly security: WebSecurity;
  readonly log: Log;
}

/** Answers every request: first whether it may come at all, then by its path. What a route throws ends as a 500. */
export function createHandler({ routes, security, log }: HandlerParts): RequestListener {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, path: request.url }, "request failed");
      // With half an answer sent, a connection that breaks is the only way left to say that it is no whole one.
      if (response.headersSent) response.destroy();
      else sendProblem(response, { status: 500, title: "Internal error", detail: "the log has the cause" });
    });
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (await isTurnedAway(request, response, security)) return;
    await route(byPath, request, response);
  }
}

async function isTurnedAway(
  request: IncomingMessage,
  response: ServerResponse,
  security: WebSecurity,
): Promise<boolean> {
  const protection = security.current();
  response.setHeaders(new Map(Object.entries(protection.headers)));
  const passage = await passageOf(request, protection);
  if (passage.problem === null) return false;
  response.setHeaders(new Map(Object.entries(passage.headers)));
  sendProblem(response, passage.problem);
  return true;
}

async function route(
  byPath: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url: target = "" } = request;
  const url = urlOf(target);
  if (url === null) {
    const detail = "this address cannot be read; ask for a path such as /metrics";
    sendProblem(response, { status: 400, title: "Bad Request", detail });
    return;
  }
  const found = byPath.get(url.pathname);
  if (found === undefined) {
    const detail = `there is no ${url.pathname}; / lists what is`;
    sendProblem(response, { status: 404, title: "Not Found", detail });
  } else if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    const detail = `${url.pathname} knows no ${method}; use GET`;
    sendProblem(response, { status: 405, title: "Method Not Allowed", detail });
  } else {
    await found.answer(request, response, url);
  }
}

/** A path alone must not be resolved: `//host/x` would then be a host. Proxies send the whole address. */
function urlOf(target: string): URL | null {
  return URL.parse(target.startsWith("/") ? `http://agent${target}` : target);
}
