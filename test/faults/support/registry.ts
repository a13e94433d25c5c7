import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

// A registry as far as a push goes, as a process of its own: it says yes to everything, remembers how much it was given,
// and keeps nothing. It prints its port.

const UPLOADS = "/v2/uploads/";

/** The bytes of each upload by its path, and of each blob by its digest. */
const sizes = new Map<string, number>();

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = "", url = "" } = incoming;
  const { pathname, searchParams } = new URL(url, "http://registry");
  const body = await buffer(incoming);
  const say = (status: number, headers: Readonly<Record<string, string | number>> = {}) => {
    outgoing.writeHead(status, { "docker-distribution-api-version": "registry/2.0", ...headers }).end();
  };
  if (method === "POST" || method === "PATCH") {
    const path = method === "POST" ? `${UPLOADS}${sizes.size}` : pathname;
    const size = (sizes.get(path) ?? 0) + body.length;
    sizes.set(path, size);
    say(202, { location: path, range: `0-${Math.max(0, size - 1)}`, "docker-upload-uuid": path });
  } else if (method === "PUT" && pathname.startsWith(UPLOADS)) {
    const digest = searchParams.get("digest") ?? "";
    sizes.set(digest, (sizes.get(pathname) ?? 0) + body.length);
    say(201, { "docker-content-digest": digest });
  } else if (method === "PUT") {
    say(201, { "docker-content-digest": `sha256:${createHash("sha256").update(body).digest("hex")}` });
  } else if (pathname === "/v2/") {
    say(200);
  } else {
    const size = sizes.get(pathname.slice(pathname.lastIndexOf("/") + 1));
    if (size === undefined) say(404);
    else say(200, { "content-length": size, "content-type": "application/octet-stream" });
  }
}

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch(() => outgoing.destroy());
});
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
