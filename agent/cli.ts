import { readAll } from "../common/config/fault.ts";
import { agentSettings, readConfig, webConfigFile, type AgentConfig } from "./config.ts";
import { helpText } from "./help.ts";
import { readVersion } from "./version.ts";

/** What is printed for `--help` or `--version` wherever it stands; null for a command line that starts the agent. */
export function answerTo(args: readonly string[]): string | null {
  if (args.includes("--help") || args.includes("-h")) return helpText(agentSettings());
  return args.includes("--version") ? versionText() : null;
}

/**
 * The configuration that a command line and an environment ask for.
 * @throws ConfigError with every fault of both, and of the web configuration file, at once.
 */
export async function readCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<AgentConfig> {
  const file = webConfigFile(env, args);
  const checkFile = file === undefined ? () => undefined : await checkOf(file);
  const [config] = readAll([() => readConfig(env, args), checkFile]);
  return config;
}

/** Loaded only for who has such a file: it brings YAML and TLS along. */
async function checkOf(file: string): Promise<() => undefined> {
  const { checkWebConfig } = await import("../common/http/web/follow.ts");
  return () => {
    checkWebConfig(file);
  };
}

function versionText(): string {
  return [
    `ballast agent, version ${readVersion()}`,
    `  node version:     ${process.version}`,
    `  platform:         ${process.platform}/${process.arch}`,
    "",
  ].join("\n");
}
