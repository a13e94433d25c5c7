import { newService, type Wanted } from "../../decide/place-wanted.ts";
import type { Labels, Platform } from "../../domain/node.ts";
import { larger, NOTHING, plus, type Resources } from "../../domain/resources.ts";
import type { HostPort } from "../../domain/service.ts";
import type { Container, Pod } from "./protocol.ts";
import { parseQuantity } from "./quantity.ts";

/** What the pod will really use, where that is not what it requests. */
const EXPECTED_PREFIX = "ballast.expected/";
/** Labels of Ballast's that a pod may carry too. */
const OWN_PREFIX = "ballast.";

/** The pod as a service to be started once, or what of it cannot be read. */
export type ReadPod =
  { readonly ok: true; readonly wanted: Wanted } | { readonly ok: false; readonly detail: string };

/** Thrown and caught here: what cannot be read, with its place. */
class Unreadable extends Error {}

/** The pod in Swarm's words. What it does not say of its use is not known: it is neither guessed nor taken for nothing. */
export function wantedOf({ metadata, spec }: Pod): ReadPod {
  const labels = metadata?.labels ?? {};
  const annotations = metadata?.annotations ?? {};
  const selector = Object.entries(spec?.nodeSelector ?? {});
  try {
    const requested = requestsOf(spec);
    const { expected, unknown } = expectedOf(annotations, requested);
    const service = newService({
      // A pod has no name that services of the swarm could follow.
      name: "",
      labels: { ...ownOf(annotations), ...ownOf(labels) },
      constraints: selector.flatMap(constraintOf),
      platforms: platformsOf(selector),
      reservations: requested.amounts,
      hostPorts: (spec?.containers ?? []).flatMap(hostPortsOf),
    });
    return { ok: true, wanted: { service, replicas: 1, expected, unknown } };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, detail: error.message };
    throw error;
  }
}

const AMOUNTS = { cpu: "cpuCores", memory: "memoryBytes" } as const;
type AmountName = keyof typeof AMOUNTS;
const AMOUNT_NAMES = Object.keys(AMOUNTS) as readonly AmountName[];

interface Requests {
  readonly amounts: Resources;
  /** Of what anything is requested. */
  readonly named: ReadonlySet<AmountName>;
}

/**
 * What Kubernetes reserves for a pod (component-helpers, resource.PodRequests): its containers together, or the largest
 * init container with those that keep running, if that is more; what the pod says as a whole goes before; and overhead.
 */
function requestsOf(spec: Pod["spec"]): Requests {
  const named = new Set<AmountName>();
  const read = (requests: RawRequests, place: string): Resources => amountsIn(requests, place, named);
  const own = (container: Container, place: string): Resources =>
    read(container.resources?.requests, `${place}.resources.requests`);
  let steady = (spec?.containers ?? [])
    .map((container, at) => own(container, `Pod.spec.containers.${at}`))
    .reduce(plus, NOTHING);
  let [beside, atFirst] = [NOTHING, NOTHING];
  for (const [at, container] of (spec?.initContainers ?? []).entries()) {
    const amounts = own(container, `Pod.spec.initContainers.${at}`);
    if (container.restartPolicy === "Always") {
      steady = plus(steady, amounts);
      beside = plus(beside, amounts);
      atFirst = larger(atFirst, beside);
    } else {
      atFirst = larger(atFirst, plus(beside, amounts));
    }
  }
  const whole = spec?.resources?.requests;
  const ofPod = read(whole, "Pod.spec.resources.requests");
  const ofContainers = larger(steady, atFirst);
  const chosen = {
    cpuCores: "cpu" in (whole ?? {}) ? ofPod.cpuCores : ofContainers.cpuCores,
    memoryBytes: "memory" in (whole ?? {}) ? ofPod.memoryBytes : ofContainers.memoryBytes,
  };
  return { amounts: plus(chosen, amountsIn(spec?.overhead, "Pod.spec.overhead", new Set())), named };
}

type RawRequests = Readonly<Record<string, string | number>> | null | undefined;

function amountsIn(requests: RawRequests, place: string, named: Set<AmountName>): Resources {
  const amounts = { cpuCores: 0, memoryBytes: 0 };
  for (const name of AMOUNT_NAMES) {
    const text = requests?.[name];
    if (text === undefined) continue;
    named.add(name);
    amounts[AMOUNTS[name]] = quantityAt(String(text), `${place}.${name}`);
  }
  return amounts;
}

function quantityAt(text: string, place: string): number {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new Unreadable(`${place}: ${parsed.detail}`);
  return parsed.amount;
}

/** What the owner expects it to use, or else what it requests. */
function expectedOf(annotations: Labels, { amounts, named }: Requests): Pick<Wanted, "expected" | "unknown"> {
  const expected = { ...amounts };
  const unknown: string[] = [];
  for (const name of AMOUNT_NAMES) {
    const annotation = `${EXPECTED_PREFIX}${name}`;
    const text = annotations[annotation];
    if (text !== undefined)
      expected[AMOUNTS[name]] = quantityAt(text, `Pod.metadata.annotations.${annotation}`);
    else if (!named.has(name))
      unknown.push(
        `how much ${name} it will use is not known; request it, or annotate the pod with ${annotation}`,
      );
  }
  return { expected, unknown };
}

function ownOf(texts: Labels): Labels {
  const own = Object.entries(texts).filter(
    ([key]) => key.startsWith(OWN_PREFIX) && !key.startsWith(EXPECTED_PREFIX),
  );
  return Object.fromEntries(own);
}

const HOSTNAME_KEY = "kubernetes.io/hostname";
const OS_KEY = "kubernetes.io/os";
const ARCHITECTURE_KEY = "kubernetes.io/arch";

/** As a constraint of Swarm's; a key or value that Swarm's language cannot spell is one that no node meets. */
function constraintOf([key, value]: readonly [string, string]): readonly string[] {
  switch (key) {
    case HOSTNAME_KEY:
      return [`node.hostname==${value}`];
    case OS_KEY:
    case ARCHITECTURE_KEY:
      return [];
    default:
      return [`node.labels.${key}==${value}`];
  }
}

/** Which system and architecture, since the two worlds call architectures by different names. */
function platformsOf(selector: readonly (readonly [string, string])[]): readonly Platform[] {
  const wanted = new Map(selector);
  const [os = "", architecture = ""] = [wanted.get(OS_KEY), wanted.get(ARCHITECTURE_KEY)];
  return os === "" && architecture === "" ? [] : [{ os, architecture }];
}

function hostPortsOf({ ports }: Container): readonly HostPort[] {
  return (ports ?? []).flatMap(({ hostPort, protocol }) =>
    (hostPort ?? 0) > 0 ? [{ port: hostPort ?? 0, protocol: (protocol ?? "tcp").toLowerCase() }] : [],
  );
}
