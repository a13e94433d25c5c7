/** A bare express server: it reads JSON bodies, and answers as many bytes of JSON as the path says. Tells its parent the port. */
import type { AddressInfo } from "node:net";
import express from "express";

const BODY_BYTES = 4 * 1024 * 1024;

const made = new Map<number, string>();

function jsonOf(bytes: number): string {
  const text = made.get(bytes) ?? JSON.stringify("x".repeat(Math.max(0, bytes - 2)));
  made.set(bytes, text);
  return text;
}

const app = express();
app.use(express.json({ limit: BODY_BYTES }));
app.all("/:bytes", (request, response) => {
  response.type("application/json").send(jsonOf(Number(request.params.bytes)));
});
const server = app.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.once("disconnect", () => process.exit());
