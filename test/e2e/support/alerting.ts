import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGES, waitFor } from "../../../lab/lab.ts";
import type { TestLab } from "./lab.ts";
import { create } from "./workload.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** The label by which the tests know their own configs and secrets. */
const TEST_LABEL = "ballast.test";
const STACK_NETWORK = "ballast_net";
const PROMETHEUS = "alerting-prometheus";
const ALERTMANAGER = "alerting-alertmanager";
const PORTS = { [PROMETHEUS]: 9190, [ALERTMANAGER]: 9193 };

/** What a test's own Prometheus and Alertmanager are to do. */
export interface AlertingOptions {
  /** A file of Prometheus' rules. */
  readonly rules: string;
  /** Where the scheduler listens on this machine, on all its addresses. */
  readonly schedulerPort: number;
  /** What Alertmanager proves itself with. */
  readonly token: string;
}

/** Where they listen. */
export interface Alerting {
  readonly prometheus: string;
  readonly alertmanager: string;
}

/**
 * Starts a Prometheus and an Alertmanager on the manager, beside those of the stack and by the stack's own files: this
 * Prometheus asks the stack's agents, and this Alertmanager calls a scheduler of the tests where the stack's would be.
 * `removeAll` ends them; `removeAlerting` removes what they were told.
 */
export async function startAlerting(test: TestLab, options: AlertingOptions): Promise<Alerting> {
  const { docker, lab, nodeNamed } = test;
  const [network] = await docker.listNetworks({ filters: { name: [STACK_NETWORK] } });
  if (network === undefined) throw new Error(`there is no network ${STACK_NETWORK}`);
  const common = { replicas: 1, memoryMb: 0, network: network.Id, constraints: ["node.hostname==node1"] };
  await create(docker, {
    ...common,
    name: ALERTMANAGER,
    image: IMAGES.alertmanager,
    container: {
      Args: [
        "--config.file=/etc/alertmanager/alertmanager.yml",
        "--storage.path=/alertmanager",
        "--cluster.listen-address=",
      ],
      // By the name that the receiver has it by.
      Hosts: [`${lab.gateway} scheduler`],
      Configs: [await configOf(test, "/etc/alertmanager/alertmanager.yml", receiverOf(options))],
      Secrets: [await secretOf(test, "ballast_hook_token", options.token)],
    },
    spec: published(ALERTMANAGER, 9093),
  });
  await create(docker, {
    ...common,
    name: PROMETHEUS,
    image: IMAGES.prometheus,
    container: {
      Configs: [
        await configOf(test, "/etc/prometheus/prometheus.yml", scrapesOf()),
        await configOf(test, "/etc/prometheus/rules/test.rules.yml", options.rules),
      ],
    },
    spec: published(PROMETHEUS, 9090),
  });
  const { address } = nodeNamed("node1");
  const alerting = {
    prometheus: `http://${address}:${PORTS[PROMETHEUS]}`,
    alertmanager: `http://${address}:${PORTS[ALERTMANAGER]}`,
  };
  for (const url of Object.values(alerting))
    await waitFor(`${url} to be ready`, async () => (await fetch(`${url}/-/ready`)).ok, {
      timeoutMs: 60_000,
    });
  return alerting;
}

/** Removes what they were told, which must have ended. */
export async function removeAlerting({ docker }: TestLab): Promise<void> {
  const filters = { label: [TEST_LABEL] };
  const told = [
    ...(await docker.listConfigs({ filters })).map(({ ID }) => docker.getConfig(ID)),
    ...(await docker.listSecrets({ filters })).map(({ ID }) => docker.getSecret(ID)),
  ];
  await Promise.all(told.map((each) => each.remove()));
}

/** The stack's receiver at the pace of a test: what fires is told at once, and told again every few seconds. */
function receiverOf({ schedulerPort }: AlertingOptions): string {
  return replaced(readFileSync(join(ROOT, "deploy/alertmanager.yml"), "utf8"), {
    "http://scheduler:9881/": `http://scheduler:${schedulerPort}/`,
    "group_wait: 5s": "group_wait: 1s",
    "group_interval: 1m": "group_interval: 2s",
    "repeat_interval: 10m": "repeat_interval: 3s",
  });
}

/** The stack's scrapes at the pace of the lab, but for where alerts go. */
function scrapesOf(): string {
  return replaced(readFileSync(join(ROOT, "demo/prometheus.yml"), "utf8"), {
    "tasks.alertmanager": `tasks.${ALERTMANAGER}`,
  });
}

/** @throws Error where one of the texts is not there: the file has changed, and the test with it. */
function replaced(file: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((so, [from, to]) => {
    if (!so.includes(from)) throw new Error(`${from} is not there any more`);
    return so.replaceAll(from, to);
  }, file);
}

function published(name: keyof typeof PORTS, port: number): Readonly<Record<string, unknown>> {
  const Ports = [{ Protocol: "tcp", TargetPort: port, PublishedPort: PORTS[name], PublishMode: "host" }];
  return { EndpointSpec: { Mode: "dnsrr", Ports } };
}

/** A config of the swarm, as a container has it at that path. */
async function configOf({ docker }: TestLab, path: string, content: string): Promise<object> {
  const ConfigName = `alerting${path.replaceAll("/", ".")}`;
  const made: unknown = await docker.createConfig({
    Name: ConfigName,
    Labels: { [TEST_LABEL]: "1" },
    Data: Buffer.from(content).toString("base64"),
  });
  return {
    ConfigID: (made as { readonly id: string }).id,
    ConfigName,
    File: { Name: path, UID: "0", GID: "0", Mode: 0o444 },
  };
}

/** A secret of the swarm, as a container has it in its folder of secrets. */
async function secretOf({ docker }: TestLab, file: string, content: string): Promise<object> {
  const SecretName = `alerting.${file}`;
  const made: unknown = await docker.createSecret({
    Name: SecretName,
    Labels: { [TEST_LABEL]: "1" },
    Data: Buffer.from(content).toString("base64"),
  });
  return {
    SecretID: (made as { readonly id: string }).id,
    SecretName,
    File: { Name: file, UID: "0", GID: "0", Mode: 0o444 },
  };
}
