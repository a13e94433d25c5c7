import type { Platform } from "../../domain/node.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

// Swarm's own table (manager/scheduler/filter.go): engines report what the kernel says, images what Go says.
const ARCHITECTURE_ALIASES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

export const platform: TargetFilter = {
  name: "platform",
  isStanding: true,
  check({ service }, { node }) {
    if (service.platforms.length === 0 || service.platforms.some((wanted) => fits(wanted, node.platform)))
      return OK;
    const { os, architecture } = node.platform;
    return refuse(`its image has no build for ${node.hostname} (${os}/${architecture})`);
  },
};

function fits(wanted: Platform, actual: Platform): boolean {
  const osFits = wanted.os === "" || wanted.os === actual.os;
  return (
    osFits &&
    (wanted.architecture === "" || canonical(wanted.architecture) === canonical(actual.architecture))
  );
}

function canonical(architecture: string): string {
  return ARCHITECTURE_ALIASES[architecture] ?? architecture;
}
