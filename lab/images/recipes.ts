import { copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "../errors.ts";
import { findProgram } from "../requirements.ts";
import { run } from "../run.ts";
import { busyboxRoot, CA_BUNDLE, nodeRoot, programWithLibraries } from "./roots.ts";

/** The names of the lab's images. */
export const IMAGES = {
  node: "ballast-lab/node:24",
  workload: "ballast-lab/workload:latest",
  prometheus: "ballast-lab/prometheus:latest",
  alertmanager: "ballast-lab/alertmanager:latest",
  ballast: "ballast/ballast:lab",
} as const;

/** How one image is made: what it depends on, and how a folder becomes its build context. */
export interface Recipe {
  readonly tag: string;
  readonly inputs: () => Promise<readonly string[]>;
  readonly prepare: (context: string) => Promise<void>;
}

/** The images that are made of what is on this machine, in the order in which they build on each other. */
export const RECIPES: readonly Recipe[] = [
  { tag: IMAGES.node, inputs: nodeInputs, prepare: prepareNode },
  { tag: IMAGES.workload, inputs: () => Promise.resolve(SCRIPTS), prepare: prepareWorkload },
  standIn(IMAGES.prometheus, "9090", { prometheus: "prometheus", promtool: "promtool" }, [
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/prometheus",
  ]),
  standIn(
    IMAGES.alertmanager,
    "9093",
    { alertmanager: "prometheus-alertmanager", amtool: "amtool" },
    ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
    // Debian's build reads its default templates from here; the project's own has them inside.
    ["/usr/share/prometheus/alertmanager"],
  ),
];

const SCRIPTS = ["workload.mjs", "probe.mjs"].map((name) => join(import.meta.dirname, name));

async function nodeInputs(): Promise<readonly string[]> {
  return [process.execPath, join((await run(["npm", "root", "-g"])).trim(), "npm"), CA_BUNDLE];
}

async function prepareNode(context: string): Promise<void> {
  const root = join(context, "root");
  await busyboxRoot(root);
  await nodeRoot(root);
  await mkdir(join(context, "home"));
  await writeFile(
    join(context, "Dockerfile"),
    `FROM scratch
COPY root /
COPY --chown=1000:1000 home /home/node
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_EXTRA_CA_CERTS=${CA_BUNDLE} SSL_CERT_FILE=${CA_BUNDLE}
CMD ["node"]
`,
  );
}

async function prepareWorkload(context: string): Promise<void> {
  for (const script of SCRIPTS)
    await copyFile(script, join(context, script.slice(import.meta.dirname.length + 1)));
  await writeFile(
    join(context, "Dockerfile"),
    `FROM ${IMAGES.node}
COPY workload.mjs probe.mjs /
USER node
EXPOSE 8080
CMD ["node", "/workload.mjs"]
`,
  );
}

/** A server of Debian's, laid out like the project's own image; `programs` maps names in the image to Debian's. */
function standIn(
  tag: string,
  port: string,
  programs: Readonly<Record<string, string>>,
  command: readonly string[],
  folders: readonly string[] = [],
): Recipe {
  const [server = ""] = Object.keys(programs);
  return {
    tag,
    inputs: () => Promise.resolve(Object.values(programs).map(installed)),
    prepare: async (context) => {
      const root = join(context, "root");
      await busyboxRoot(root);
      for (const [name, program] of Object.entries(programs))
        await programWithLibraries(root, installed(program), `/bin/${name}`);
      for (const folder of folders) await cp(folder, join(root, folder), { recursive: true });
      await mkdir(join(context, "data"));
      await writeFile(
        join(context, "Dockerfile"),
        `FROM scratch
COPY root /
COPY --chown=65534:65534 data /${server}
WORKDIR /${server}
USER nobody
EXPOSE ${port}
ENTRYPOINT ["/bin/${server}"]
CMD ${JSON.stringify(command)}
`,
      );
    },
  };
}

function installed(program: string): string {
  const path = findProgram(program);
  if (path !== undefined) return path;
  throw new LabError(
    `${program} is missing, of which an image is made. Mend: apt-get install prometheus prometheus-alertmanager`,
  );
}
