#!/bin/sh
# The image's start: `agent` or `scheduler`, then that program's own options.
set -eu
role=$1
shift
case $role in
  # The agent runs on every node, so it is kept small (docs/decisions/0004): a small young generation, a heap that
  # grows slowly and is collected in one go (while it is marked step by step nothing dies, and it grows by half), and no
  # optimising compilers, whose code alone would take 6 MB for a program that does little.
  agent) set -- --max-semi-space-size=1 --optimize-for-size --single-threaded --max-opt=1 --no-incremental-marking /app/dist/agent/main.cjs "$@" ;;
  scheduler) set -- /app/dist/scheduler/main.js "$@" ;;
  *)
    echo "ballast: no such role: $role; write agent or scheduler" >&2
    exit 2
    ;;
esac
# `exec` makes Node process 1, so that it gets the SIGTERM of a stop and can let go of what it holds.
exec node "$@"
