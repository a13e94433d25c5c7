/**
 * Every metric name that one half writes and the other half, a rule or a dashboard reads.
 * Host names are node_exporter's, container names cAdvisor's; ours begin with `ballast_`.
 * Base units as Prometheus has them: seconds, bytes, ratios (0 to 1); CPU in cores.
 */
export const HOST = {
  cpuSeconds: "node_cpu_seconds_total",
  load1: "node_load1",
  load5: "node_load5",
  load15: "node_load15",
  networkReceived: "node_network_receive_bytes_total",
  networkSent: "node_network_transmit_bytes_total",
  networkSpeed: "node_network_speed_bytes",
  diskRead: "node_disk_read_bytes_total",
  diskWritten: "node_disk_written_bytes_total",
  diskBusy: "node_disk_io_time_seconds_total",
  cpuPressure: "node_pressure_cpu_waiting_seconds_total",
  memoryTotal: "node_memory_MemTotal_bytes",
  memoryAvailable: "node_memory_MemAvailable_bytes",
  filesystemSize: "node_filesystem_size_bytes",
  filesystemFree: "node_filesystem_free_bytes",
  filesystemAvail: "node_filesystem_avail_bytes",
  uname: "node_uname_info",
  meta: "node_meta",
  time: "node_time_seconds",
  bootTime: "node_boot_time_seconds",
  collectorDuration: "node_scrape_collector_duration_seconds",
  collectorSuccess: "node_scrape_collector_success",
} as const;

export const MACHINE = {
  cpuCores: "machine_cpu_cores",
  memoryBytes: "machine_memory_bytes",
} as const;

export const CONTAINER = {
  cpuUsage: "container_cpu_usage_seconds_total",
  memoryUsage: "container_memory_usage_bytes",
  memoryWorkingSet: "container_memory_working_set_bytes",
  memoryLimit: "container_spec_memory_limit_bytes",
  networkReceived: "container_network_receive_bytes_total",
  networkSent: "container_network_transmit_bytes_total",
  diskRead: "container_fs_reads_bytes_total",
  diskWritten: "container_fs_writes_bytes_total",
  cpuPressure: "container_pressure_cpu_waiting_seconds_total",
  lastSeen: "container_last_seen",
  startTime: "container_start_time_seconds",
} as const;

/** Labels by which a container's series say whose they are, as cAdvisor writes Docker's labels. */
export const SWARM_LABEL = {
  nodeId: "container_label_com_docker_swarm_node_id",
  serviceId: "container_label_com_docker_swarm_service_id",
  serviceName: "container_label_com_docker_swarm_service_name",
  taskId: "container_label_com_docker_swarm_task_id",
  taskName: "container_label_com_docker_swarm_task_name",
  stack: "container_label_com_docker_stack_namespace",
} as const;

/** Peak and 95th percentile between two scrapes, of the node and of each container. */
export const NODE_PEAK = {
  cpuPeak: "ballast_node_cpu_peak_cores",
  cpuP95: "ballast_node_cpu_p95_cores",
  memoryPeak: "ballast_node_memory_peak_bytes",
  memoryP95: "ballast_node_memory_p95_bytes",
  networkPeak: "ballast_node_network_peak_bytes_per_second",
  networkP95: "ballast_node_network_p95_bytes_per_second",
  diskPeak: "ballast_node_disk_peak_bytes_per_second",
  diskP95: "ballast_node_disk_p95_bytes_per_second",
} as const;

export const CONTAINER_PEAK = {
  cpuPeak: "ballast_container_cpu_peak_cores",
  cpuP95: "ballast_container_cpu_p95_cores",
  memoryPeak: "ballast_container_memory_peak_bytes",
  memoryP95: "ballast_container_memory_p95_bytes",
  networkPeak: "ballast_container_network_peak_bytes_per_second",
  networkP95: "ballast_container_network_p95_bytes_per_second",
  diskPeak: "ballast_container_disk_peak_bytes_per_second",
  diskP95: "ballast_container_disk_p95_bytes_per_second",
} as const;

/** An image that is on a node, by each of its tags and digests (label `image`). */
export const NODE_IMAGE = {
  bytes: "ballast_node_image_bytes",
} as const;

/** What became of each service's containers on a node, whichever tasks they were. */
export const SERVICE = {
  oomKills: "ballast_service_oom_kills_total",
  exits: "ballast_service_exits_total",
  restarts: "ballast_service_restarts_total",
  healthFailures: "ballast_service_health_failures_total",
} as const;

/** What the agent tells of itself. */
export const AGENT = {
  sampleAge: "ballast_agent_sample_age_seconds",
  lookInterval: "ballast_agent_look_interval_seconds",
  lookDuration: "ballast_agent_look_duration_seconds",
  windowLength: "ballast_agent_window_seconds",
  dockerUp: "ballast_agent_docker_up",
  dockerAge: "ballast_agent_docker_answer_age_seconds",
  eventGaps: "ballast_agent_docker_event_gaps_total",
  resyncs: "ballast_agent_docker_resyncs_total",
} as const;

export const BALLAST = {
  buildInfo: "ballast_build_info",
  decisions: "ballast_decisions_total",
  moves: "ballast_moves_total",
  moveDuration: "ballast_move_duration_seconds",
  imbalance: "ballast_cluster_imbalance_ratio",
  goalCost: "ballast_goal_cost",
  plannedMoves: "ballast_planned_moves",
  nodeLoad: "ballast_node_load_ratio",
  refusals: "ballast_refusals_total",
  inputAge: "ballast_input_age_seconds",
  inputTrusted: "ballast_input_trusted",
  mode: "ballast_mode",
  orphansRecovered: "ballast_orphans_recovered_total",
  hooks: "ballast_hooks_total",
  reloadSuccessful: "ballast_config_last_reload_successful",
  alertActions: "ballast_alert_actions_total",
  apiDuration: "ballast_api_request_duration_seconds",
  leader: "ballast_leader",
  verdicts: "ballast_verdicts_total",
  collateral: "ballast_collateral_restarts_total",
  breaker: "ballast_breaker_state",
  atOnce: "ballast_moves_at_once",
  open: "ballast_moves_open",
  movesHour: "ballast_moves_last_hour",
  journalHealthy: "ballast_journal_healthy",
  journalBytes: "ballast_journal_bytes",
} as const;
