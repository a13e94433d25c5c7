#!/bin/sh
# The command line, beside a scheduler in its container: `docker exec CONTAINER ballast orders`. It speaks to that
# scheduler with the token that the stack gives it.
set -eu
BALLAST_TOKEN_FILE=${BALLAST_TOKEN_FILE:-${BALLAST_API_TOKEN_FILE:-}} exec node /app/dist/cli/main.js "$@"
