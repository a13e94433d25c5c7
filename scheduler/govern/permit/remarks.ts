import { hasDigest } from "../../domain/service.ts";
import type { Asked, Facts } from "./asked.ts";
import { quorumOf } from "./node-rules.ts";

/** What whoever asks should know though nothing stands against it, for people. */
export function remarksOn(asked: Asked, { nodes }: Facts): readonly string[] {
  switch (asked.act.act) {
    case "image":
      return hasDigest(asked.act.image)
        ? []
        : ["the image is named without a digest: each node takes what the registry then has under that tag"];
    case "role":
      return asked.of === "node" ? onManagers(asked) : [];
    case "tokens":
      return asked.act.rotate
        ? ["the token there was no longer lets machines join; those that did stay"]
        : [];
    case "availability": {
      const { availability } = asked.act;
      const others = nodes.filter(
        (node) =>
          asked.of === "node" &&
          node.id !== asked.subject.node.id &&
          node.availability === "active" &&
          node.state === "ready",
      );
      return availability !== "active" && others.length === 0 ? ["no other node takes new tasks"] : [];
    }
    case "scale":
    case "restart":
    case "rollback":
    case "labels":
      return [];
  }
}

/** How many of them may be lost from then on. */
function onManagers({ act, subject }: Extract<Asked, { readonly of: "node" }>): readonly string[] {
  const others = subject.managers.filter(({ id }) => id !== subject.node.id).length;
  const managers = others + (act.act === "role" && act.role === "manager" ? 1 : 0);
  const spare = managers - quorumOf(managers);
  const even = managers % 2 === 0 ? ", no more than with one manager less" : "";
  return [
    `with ${managers} manager${managers === 1 ? "" : "s"} the swarm stands the loss of ${spare}${even}`,
  ];
}
