#!/usr/bin/env bash
# Build, preflight, switch, run: DEPLOY_ROOT=DIR deploy/deploy.sh [ARGUMENT of `hawks-pipeline run`]…
# A step that fails says so and leaves `current` as it was. docs/deploy.md tells the rest.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(realpath -m -- "${DEPLOY_ROOT:?the folder that is to hold releases, logs and current}")
stamp=$(date -u +%Y%m%dT%H%M%SZ)
release="$root/releases/$stamp"
selection=(--package hawks-pipeline --no-dev --no-editable)
export MPLBACKEND=Agg

begin() { step=$1 && echo "deploy: $(date -u +%T) $step${2:+: $2}"; }
sync() { UV_PROJECT_ENVIRONMENT=$1 "$checkout/scripts/uv" sync --frozen --quiet --project "$checkout" "${@:2}"; }
finish() {
  local code=$?
  [ "$code" -eq 0 ] || echo "deploy: step '$step' failed with exit code $code"
  rm -f -- "$root/.current.$stamp"
  echo "deploy: current is $(readlink "$root/current" || echo 'not there yet')"
}

deploy() {
  trap finish EXIT

  begin build "$release"
  sync "$release" "${selection[@]}"
  sync "$checkout/.venv" --inexact --no-dev # driftguard itself, beside what it judges

  begin preflight
  # Straight to the command: `uv run` has a 2 of its own, which is no warning.
  local code=0
  "$checkout/.venv/bin/driftguard" preflight --lock "$checkout/uv.lock" --python "$release" "${selection[@]}" || code=$?
  case $code in 0 | 2) ;; *) exit "$code" ;; esac

  begin switch
  ln -s -- "releases/$stamp" "$root/.current.$stamp"
  mv -T -- "$root/.current.$stamp" "$root/current" # one rename: there is always a current

  begin run
  "$root/current/bin/hawks-pipeline" run "$@"
}

mkdir -p "$root/releases" "$root/logs"
exec 9>"$root/.lock"
flock -n 9 || { echo "deploy: another one is under way in $root" >&2 && exit 75; }
deploy "$@" 2>&1 | tee -i -- "$root/logs/$stamp.log"
