import { Router } from "express";
import { productVersion } from "../../../common/version.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { openApiOf } from "./openapi.ts";
import { PAGE_POLICY, pageOf } from "./page.ts";

/** `GET /openapi.json` and `GET /docs`: the same description for programs and for people, open to all. */
export function descriptionRoutes(endpoints: readonly Endpoint[]): Router {
  const version = productVersion();
  const document = openApiOf(endpoints, version);
  const page = pageOf(endpoints, version);
  return Router()
    .get("/openapi.json", (_request, response) => {
      response.json(document);
    })
    .get("/docs", (_request, response) => {
      response.set("Content-Security-Policy", PAGE_POLICY).type("html").send(page);
    });
}
