#!/bin/sh
# Makes this checkout runnable. Safe to run again: what is there already is left alone.
#   setup.sh        the npm packages (Node 24 among them, as the npm package `node`)
#   setup.sh lab    those, and the Debian packages that a real swarm on this machine needs
set -eu
cd "$(dirname "$0")/.."

fail() {
  printf 'ballast: %s\n' "$@" >&2
  exit 2
}

need_lab() {
  [ "$(uname -s)" = Linux ] || fail "a real swarm needs Linux; this is $(uname -s)." \
    "Run instead: npm run demo -- --simulated, or npm run check (types, lint, layers, unit tests)."
  [ "$(id -u)" = 0 ] || fail "a real swarm needs root (network namespaces, cgroups, dockerd); you are $(id -un)." \
    "Run as root, or run instead: npm run demo -- --simulated, or npm run check."
  command -v apt-get >/dev/null || fail "the lab installs its parts with apt-get, which is not here." \
    "Use a Debian machine, or run instead: npm run demo -- --simulated, or npm run check"
}

# A package counts as present when dpkg has it configured; a docker client from elsewhere is no engine.
missing_packages() {
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
  done
}

install_debian() {
  wanted=$(missing_packages docker.io iptables iproute2 busybox-static prometheus prometheus-alertmanager \
    prometheus-node-exporter debootstrap)
  [ -n "$wanted" ] || return 0
  echo "ballast: installing Debian packages: $wanted"
  log=$(mktemp)
  # The machine's own init must not start what these packages bring: the lab starts its own copies.
  # shellcheck disable=SC2086
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends $wanted; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install: $wanted"
  fi
  rm -f "$log"
}

install_npm() {
  [ node_modules/.package-lock.json -nt package-lock.json ] && [ -x node_modules/.bin/node ] && return 0
  echo "ballast: installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
}

if [ "${1:-}" = lab ]; then
  need_lab
  install_debian
fi
install_npm
