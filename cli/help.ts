export const HELP = `ballast: tells the scheduler what to do

  ballast drain NODE      moves every task off the node without a gap, then sets it to drain; says beforehand what
                          cannot be moved, and asks
      --force             has Swarm cut what cannot be moved
      --no-wait           gives the order and returns; the scheduler carries it out
      --reason TEXT
  ballast restore NODE    takes a drain back and sets the node to active
  ballast pause [SERVICE] moves nothing any more, or nothing of one service
      --for DURATION      such as 30m or 2h; without it until it is resumed
      --reason TEXT
  ballast resume [SERVICE]
  ballast reset           closes the circuit breaker: failures before now no longer count
      --reason TEXT
  ballast orders          what was ordered and what it waits for
  ballast explain         why what is planned is planned, and why nothing else; or of one of these:
          service NAME, node NAME, task ID
  ballast uninstall       takes everything of Ballast's out of the swarm, once its stack is removed: ends moves that
                          were left, takes out orders, asks before and looks again afterwards
      --docker-host HOST  a manager's Docker (BALLAST_DOCKER_HOST, DOCKER_HOST; unix:///var/run/docker.sock); no
                          scheduler is asked

  --url URL               the scheduler's address (BALLAST_URL; http://127.0.0.1:9881)
  --token-file FILE       holds the secret that orders need (BALLAST_TOKEN_FILE, or BALLAST_TOKEN itself)
  --json                  prints one document: what the scheduler answers, or what was taken out
  -y, --yes               answers yes to questions
  -h, --help    --version

Exit code: 0 done, 1 refused or failed, 2 a fault in the command line, 130 interrupted.
`;
