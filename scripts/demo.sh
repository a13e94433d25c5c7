#!/bin/sh
# Sets up what the demo needs, and runs it: the simulated one needs no more than npm's packages.
set -eu
cd "$(dirname "$0")/.."
case " $* " in
*" --simulated "*) sh scripts/setup.sh ;;
*) sh scripts/setup.sh lab ;;
esac
exec node demo/main.ts "$@"
