import { ACTS_LABEL, SERVICE_ACTS } from "../../domain/daily.ts";
import { forbids, hinders, type Rule } from "./asked.ts";

/** Nothing is changed in a swarm that nobody sees. */
export const knownSwarm: Rule = (_asked, { inputs }) => {
  const swarm = inputs.find(({ source }) => source === "swarm");
  if (swarm?.doubts.length === 0) return null;
  const why = swarm?.doubts.join("; ") ?? "it was not read";
  return { kind: "unknown", rule: "unknown", detail: `the swarm is not known: ${why}`, yieldsToForce: false };
};

/** The list of whoever runs Ballast. */
export const allowed: Rule = ({ act: { act } }, _facts, { allow }) =>
  allow.includes(act)
    ? null
    : forbids(
        "allowed",
        `\`${act}\` is not among \`api.allow\` (${allow.join(", ") || "none"}); add it there to open it`,
      );

/** The wish of the service's owner. */
export const owner: Rule = (asked) => {
  if (asked.of !== "service") return null;
  const { act } = asked.act;
  const { labels } = asked.subject;
  const wish = Object.hasOwn(labels, ACTS_LABEL) ? labels[ACTS_LABEL] : undefined;
  if (wish === undefined) return null;
  const words = wish.split(",").map((word) => word.trim());
  const known: readonly string[] = [...SERVICE_ACTS, "none"];
  if (words.some((word) => !known.includes(word)) || (words.includes("none") && words.length > 1))
    return forbids(
      "owner",
      `its label ${ACTS_LABEL} says ${JSON.stringify(wish)}; write none, or some of ${SERVICE_ACTS.join(",")}`,
    );
  return words.includes(act)
    ? null
    : forbids("owner", `its label ${ACTS_LABEL}=${wish} does not let it be asked; have its owner add ${act}`);
};

/** JSON carries no large number exactly, and what is not asked for must stay as it is. */
export const exact: Rule = (asked) =>
  asked.of === "swarm" || asked.subject.exact
    ? null
    : hinders(
        "exact",
        "its spec holds a number that cannot be written back exactly; use Docker's own command line",
      );
