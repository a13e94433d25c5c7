import type { Target } from "./drive.ts";

/** What each is measured with. */
export function targetsFor(nodes: number, authorization: string): readonly Target[] {
  const get = (name: string, path: string): Target => ({
    name,
    method: "GET",
    path,
    body: null,
    authorization,
  });
  const post = (name: string, path: string, body: NonNullable<Target["body"]>): Target => ({
    name,
    method: "POST",
    path,
    body,
    authorization,
  });
  const names = namesOf(nodes);
  const alike = (number: number): string => podAmong(names, number, "250m");
  const different = (number: number): string => podAmong(names, number, `${100 + number}m`);
  return [
    get("GET /healthz", "/healthz"),
    get("GET /v1/plan", "/v1/plan"),
    post(`POST /extender/prioritize, ${nodes} names, pods of one owner`, "/extender/prioritize", alike),
    post(`POST /extender/filter, ${nodes} names, pods of one owner`, "/extender/filter", alike),
    post(
      `POST /extender/prioritize, ${nodes} names, pods that all differ`,
      "/extender/prioritize",
      different,
    ),
    get("GET /v1/state", "/v1/state"),
    post(ALERT, "/v1/hooks/alertmanager", alertOf),
  ];
}

/** The one that there is an aim for. */
export const ALERT = "POST /v1/hooks/alertmanager";

/** As kube-scheduler asks. */
function podAmong(NodeNames: readonly string[], number: number, cpu: string): string {
  const requests = { cpu, memory: "256Mi" };
  return JSON.stringify({
    Pod: {
      metadata: { name: `web-${number}`, namespace: "default", labels: { app: "web" } },
      spec: { containers: [{ name: "web", resources: { requests } }] },
    },
    NodeNames,
  });
}

/** As the made-up nodes are called. */
function namesOf(nodes: number): readonly string[] {
  return Array.from({ length: nodes }, (_, at) => `n${String(at).padStart(5, "0")}`);
}

/** One alert, new each time. */
function alertOf(number: number): string {
  return JSON.stringify({
    version: "4",
    status: "firing",
    receiver: "ballast",
    alerts: [
      {
        status: "firing",
        labels: { alertname: "NodeHot", node: "n00001", severity: "warning" },
        annotations: { summary: "a node is hot" },
        startsAt: "2026-01-15T12:00:00Z",
        fingerprint: `f${number}`,
      },
    ],
  });
}
