/**
 * The layers of ARCHITECTURE.md, held by CI. Each rule says why it stands.
 * @type {import("dependency-cruiser").IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "A cycle means two rooms that are one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "domain-imports-nothing",
      comment:
        "The nouns are plain data: whatever they imported would be dragged into every decision. " +
        "`net` is let in for its address arithmetic (BlockList), which is pure.",
      severity: "error",
      from: { path: "^scheduler/domain/" },
      to: { pathNot: "^(scheduler/domain/|(node:)?net$)" },
    },
    {
      name: "decide-is-pure",
      comment:
        "A decision is a function of (snapshot, policy, now): it may know the nouns and the search engine.",
      severity: "error",
      from: { path: "^scheduler/decide/" },
      to: { pathNot: "^scheduler/(decide|domain|engine)/" },
    },
    {
      name: "the-engine-knows-nothing",
      comment:
        "Items in bins under rules and goals: it serves any problem of that kind, and nobody's in particular.",
      severity: "error",
      from: { path: "^scheduler/engine/" },
      to: { pathNot: "^scheduler/engine/" },
    },
    {
      name: "govern-is-pure",
      comment: "What may be moved now is a function of history, limits and now.",
      severity: "error",
      from: { path: "^scheduler/govern/" },
      to: { pathNot: "^(scheduler/(govern|domain)/|node_modules/)" },
    },
    {
      name: "adapters-do-not-know-each-other",
      comment:
        "Reading the swarm, reading Prometheus and writing to the swarm meet only in main and in the ports.",
      severity: "error",
      from: { path: "^scheduler/(observe/swarm|observe/prometheus|act|api)/" },
      to: { path: "^scheduler/(observe/swarm|observe/prometheus|act|api)/", pathNot: "^scheduler/$1/" },
    },
    {
      name: "halves-are-strangers",
      comment: "Agent and scheduler meet in Prometheus, by names that stand in common/.",
      severity: "error",
      from: { path: "^agent/" },
      to: { path: "^scheduler/" },
    },
    {
      name: "halves-are-strangers-too",
      comment: "As above, the other way round.",
      severity: "error",
      from: { path: "^scheduler/" },
      to: { path: "^agent/" },
    },
    {
      name: "the-command-line-speaks-to-the-api",
      comment: "Whatever it can do, any other program can do over HTTP.",
      severity: "error",
      from: { path: "^cli/", pathNot: "^cli/uninstall" },
      to: { path: "^(agent|scheduler)/" },
    },
    {
      name: "uninstall-knows-leave-only",
      comment: "It must work when no scheduler runs, so it takes out by itself what one left.",
      severity: "error",
      from: { path: "^cli/uninstall" },
      to: { path: "^(agent|scheduler)/", pathNot: "^scheduler/leave/" },
    },
    {
      name: "leave-is-for-uninstall",
      comment: "The scheduler itself takes leave only when it is told to, over its API.",
      severity: "error",
      from: {
        path: "^(agent|cli|common|scheduler)/",
        pathNot: "^(cli/uninstall|scheduler/(leave/|leaving\\.ts|api-parts\\.ts))",
      },
      to: { path: "^scheduler/leave/" },
    },
    {
      name: "common-knows-no-half",
      comment: "common/ is the contract of both halves, not a place for either's code.",
      severity: "error",
      from: { path: "^common/" },
      to: { path: "^(agent|scheduler)/" },
    },
    {
      name: "product-ships-alone",
      comment:
        "The image holds agent, scheduler and common: nothing in it may need the simulator, the lab, the demo or a test.",
      severity: "error",
      from: { path: "^(agent|cli|scheduler|common)/" },
      to: { path: "^(sim|lab|demo|bench|test)/" },
    },
    {
      name: "the-simulator-needs-no-machine",
      comment: "It runs anywhere: it knows the scheduler, and nothing of those that use it.",
      severity: "error",
      from: { path: "^sim/" },
      to: { path: "^(agent|cli|lab|demo|bench|test)/" },
    },
    {
      name: "nobody-imports-main",
      comment: "A main wires; what others need of it belongs in a module of its own.",
      severity: "error",
      from: {},
      to: { path: "(^|/)main\\.ts$" },
    },
    {
      name: "no-dev-dependencies-in-the-product",
      comment: "They are not in the image.",
      severity: "error",
      from: { path: "^(agent|cli|scheduler|common)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".cjs"] },
  },
};
