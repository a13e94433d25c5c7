import axios from "axios";
import type Docker from "dockerode";
import { IMAGES, waitFor } from "../../../lab/lab.ts";
import type { TestLab } from "./lab.ts";
import { create } from "./workload.ts";

/** One answer, or none, of one address in one round of the witness. */
export interface Answer {
  readonly at: number;
  readonly address: string | null;
  readonly ok: boolean;
  readonly task?: string;
}

/** A client in the swarm that asks every task of a service over HTTP, all the time. */
export interface Witness {
  log(): Promise<readonly Answer[]>;
}

/** Starts a witness of `target` on the manager; it shares the target's network. */
export async function startWitness(
  { docker, nodeNamed }: TestLab,
  target: string,
  network: string,
  port: number,
): Promise<Witness> {
  await create(docker, {
    name: `witness-${target}`,
    replicas: 1,
    memoryMb: 0,
    network,
    constraints: ["node.hostname==node1"],
    // Patient: a slow answer of a busy machine is no gap. A task that is gone answers at once, with a refusal.
    env: [`TARGET=${target}`, "TIMEOUT_MS=15000"],
    container: { Image: IMAGES.workload, Command: ["node", "/probe.mjs"] },
    spec: {
      EndpointSpec: {
        Mode: "dnsrr",
        Ports: [{ Protocol: "tcp", TargetPort: 8080, PublishedPort: port, PublishMode: "host" }],
      },
    },
  });
  const url = `http://${nodeNamed("node1").address}:${port}/log`;
  const log = async () => (await axios.get<readonly Answer[]>(url, { timeout: 5000 })).data;
  await waitFor(`the witness of ${target} to hear it`, async () => (await log()).some(({ ok }) => ok), {
    timeoutMs: 60_000,
  });
  return { log };
}

/** For each round, how many of the service's tasks answered. */
export function answersPerRound(log: readonly Answer[]): ReadonlyMap<number, number> {
  const rounds = Map.groupBy(log, ({ at }) => at);
  return new Map([...rounds].map(([at, answers]) => [at, answers.filter(({ ok }) => ok).length]));
}

/** An overlay network of the tests' own; returns its id. */
export async function createNetwork(docker: Docker, name: string): Promise<string> {
  const network = await docker.createNetwork({ Name: name, Driver: "overlay", Attachable: true });
  return network.id;
}
