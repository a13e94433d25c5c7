#!/bin/sh
# Process 1 of the builder's pid and mount namespaces, in the machine's own network, so that a build reaches what the
# machine reaches. Runs the daemon that its arguments name for as long as its standard input is open: it ends in an
# orderly way also when whoever started it was killed.
set -eu
mount -t proc proc /proc
mkdir -p /etc/docker
mount -t tmpfs tmpfs /etc/docker
# A daemon that finds the machine's own containerd would use that one.
[ ! -d /run/containerd ] || mount -t tmpfs tmpfs /run/containerd
"$@" </dev/null &
daemon=$!
cat >/dev/null || :
kill -TERM $daemon
wait $daemon
