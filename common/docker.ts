import * as z from "zod";

/** Where a Docker daemon listens, in the shape that dockerode's constructor takes. */
export type DockerHost =
  Readonly<{ socketPath: string }> | Readonly<{ host: string; port: number; protocol: "http" }>;

/** `unix:///path/to/docker.sock`, or `tcp://host:port` for a socket proxy. */
export function dockerHost(): z.ZodType<DockerHost, string> {
  return z.string().transform((address, context): DockerHost => {
    const url = URL.parse(address.trim());
    if (url?.protocol === "unix:" && url.pathname.length > 1) return { socketPath: url.pathname };
    if (url?.protocol === "tcp:" && url.hostname !== "" && url.port !== "") {
      return { host: url.hostname, port: Number(url.port), protocol: "http" };
    }
    const problem = `${JSON.stringify(address)} is no Docker address; write unix:///var/run/docker.sock or tcp://HOST:PORT`;
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });
}
