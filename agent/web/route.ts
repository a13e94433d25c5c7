import type { IncomingMessage, ServerResponse } from "node:http";

/** A path and what is told there, to GET; HEAD has the same without its body. */
export interface Route {
  readonly path: string;
  answer(request: IncomingMessage, response: ServerResponse, url: URL): void | Promise<void>;
}
