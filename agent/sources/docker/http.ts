import { get, type IncomingMessage } from "node:http";
import type { DockerHost } from "../../../common/docker.ts";

/**
 * GET requests to a Docker daemon. Node's own client rather than dockerode: the agent runs on every node, and
 * dockerode's share of its memory (ssh2, gRPC and protobuf come with it) was larger than the agent's data.
 */
export interface DockerHttp {
  /** The answer's body as JSON; throws a DockerError on any status but 200. */
  json(path: string, signal: AbortSignal): Promise<unknown>;
  /** The answer as it comes; throws as `json` does. */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage>;
}

/** Docker answered, but not with what was asked for. */
export class DockerError extends Error {
  readonly status: number;

  constructor(path: string, status: number, body: string) {
    super(`Docker answers ${status} to GET ${path}: ${body.trim().slice(0, 200)}`);
    this.name = "DockerError";
    this.status = status;
  }
}

/** Requests to the daemon at this address, in the newest API version that it offers. */
export function createDockerHttp(host: DockerHost): DockerHttp {
  const where = "socketPath" in host ? { socketPath: host.socketPath } : { host: host.host, port: host.port };

  function request(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      get({ ...where, path, signal, headers: { host: "docker" } }, resolve).on("error", reject);
    });
  }

  async function stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await request(path, signal);
    if (answer.statusCode === 200) return answer;
    throw new DockerError(path, answer.statusCode ?? 0, await textOf(answer));
  }

  return {
    stream,
    async json(path, signal) {
      return JSON.parse(await textOf(await stream(path, signal))) as unknown;
    },
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += String(chunk);
  return text;
}
