import * as z from "zod";
import { readText } from "./repository.ts";

/** One query of a dashboard, ready for a Prometheus. */
export interface DashboardQuery {
  readonly title: string;
  readonly expr: string;
}

const DASHBOARD = "grafana/dashboards/ballast.json";
/** What Grafana would put in place of its variables, for a dashboard that looks at the last hour. */
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: "1m",
  $__interval: "15s",
  $__range: "1h",
};

const dashboardSchema = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) }),
  ),
});

/** Every query of the dashboard, with Grafana's variables replaced. Fails on a variable that has no value here. */
export function dashboardQueries(): readonly DashboardQuery[] {
  const { panels } = dashboardSchema.parse(JSON.parse(readText(DASHBOARD)));
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ title, expr: substitute(title, expr) })),
  );
}

function substitute(title: string, expr: string): string {
  return expr.replaceAll(/\$\{?\w+\}?/g, (variable) => {
    const value = VARIABLES[variable.replaceAll(/[{}]/g, "")];
    if (value === undefined)
      throw new Error(`${DASHBOARD}: panel "${title}" uses ${variable}; give it a value in VARIABLES`);
    return value;
  });
}
