#!/usr/bin/env bash
# Deploy the pipeline and run it. `deploy.sh --help` says how, docs/deploy.md why.
set -euo pipefail

usage() {
  cat <<'END'
usage: DEPLOY_ROOT=DIR deploy.sh [--keep N] [--dry-run] [-- ARGUMENT…]   build, preflight, switch, run
       DEPLOY_ROOT=DIR deploy.sh --run [--dry-run] [-- ARGUMENT…]        preflight and run what is current
       DEPLOY_ROOT=DIR deploy.sh --rollback [--dry-run]                  preflight and switch to the release before

  --keep N     how many releases stay (default 5); the current one and the one before it always do
  --dry-run    say the steps and change nothing
  -- ARGUMENT  for `hawks-pipeline run`

exit codes: 0 done, 1 must not run, 3 could not be judged or deployed, 64 not to be used like this, 75 another one is
under way, 129 and above stopped by a signal; that of a run that failed. `current` is then what it was.
END
}
misuse() { printf 'deploy: %s\n\n' "$1" >&2 && usage >&2 && exit 64; }

mode=deploy keep=5 dry=
while [ $# -gt 0 ]; do
  case $1 in
    --run | --rollback) [ "$mode" = deploy ] || misuse "--run and --rollback exclude each other" && mode=${1#--} ;;
    --keep) keep=${2-} && shift $(($# > 1)) ;;
    --keep=*) keep=${1#*=} ;;
    --dry-run) dry=yes ;;
    -h | --help) usage && exit ;;
    --) shift && break ;;
    *) misuse "what is '$1'? Arguments of the pipeline stand behind --" ;;
  esac
  shift
done
[[ $keep =~ ^[1-9][0-9]{0,3}$ ]] || misuse "--keep wants a number from 1 on, not '$keep'"
[ "$mode" != rollback ] || [ $# -eq 0 ] || misuse "--rollback runs nothing and has no use for arguments"
[ -n "${DEPLOY_ROOT-}" ] || misuse "DEPLOY_ROOT has to name the folder that is to hold releases, logs and current"

checkout=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
root=$(realpath -m -- "$DEPLOY_ROOT")
id=$(date -u +%Y%m%dT%H%M%S.%3NZ)
selection=(--no-dev --package hawks-pipeline --no-editable)
step=begin new=

# The same surroundings by hand, from cron and from systemd: no display, nobody's Python path or virtual environment.
umask 022
unset DISPLAY WAYLAND_DISPLAY PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV UV_PROJECT_ENVIRONMENT
export UV="$checkout/scripts/uv" # what driftguard's commands name where PATH has no uv
export MPLBACKEND=Agg QT_QPA_PLATFORM=offscreen PYTHONNOUSERSITE=1
# Compiled once here, modules need no compiling in each probe and in every night.
export UV_COMPILE_BYTECODE=1 UV_CACHE_DIR="$root/cache/uv" DRIFTGUARD_CACHE_DIR="$root/cache/driftguard" MPLCONFIGDIR="$root/cache/matplotlib"

say() { printf 'deploy: %s\n' "$*"; }
none() { say "$1" && exit 64; }
begin() { step=$1 && say "$1${2:+: $2}"; }
act() { if [ -n "$dry" ]; then say "would$(printf ' %q' "$@")"; else "$@"; fi; }
# The release that is current, as releases/ID, or nothing; and the one before RELEASE.
current() { [ ! -L "$root/current" ] || realpath -m --relative-to "$root" -- "$root/current" | sed 's|/\.venv$||'; }
before() { cat -- "$root/$1/before" 2>/dev/null || true; }

# Everything that is said, to the terminal and to the log. It heeds no signal, to tell the end as well.
record() {
  trap '' INT TERM HUP PIPE
  export TZ=UTC0
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    printf -v line '%(%FT%TZ)T %s %s' -1 "$id" "$line"
    { echo "$line" >&3 || true; echo "$line"; } 2>/dev/null || true
  done
}

# driftguard itself, beside what it judges. uv takes half a package for a whole one: what a killed sync left goes.
tool() {
  begin tool "$checkout/.venv"
  local unfinished="$root/.tool-unfinished"
  [ ! -e "$unfinished" ] || act rm -rf -- "$checkout/.venv"
  act touch -- "$unfinished"
  act "$UV" sync --frozen --no-dev --inexact --quiet --project "$checkout"
  act rm -- "$unfinished"
}

# A release is what it is made of and, in .venv, what was made of it: a rollback needs neither the checkout nor its lock.
build() {
  begin build "$root/releases/$id"
  act make_release "$root/releases/$id"
  act "$UV" sync --frozen "${selection[@]}" --reinstall-package hawks-pipeline --link-mode copy \
    --quiet --project "$root/releases/$id"
}
make_release() {
  mkdir -- "$1"
  echo "$old" >"$1/before"
  tar -C "$checkout" --exclude='.*' --exclude=__pycache__ -cf - uv.lock pyproject.toml pipeline | tar -C "$1" -xf -
}

# judge RELEASE. Straight to the program: `uv run` has a 2 of its own, which is no warning.
judge() {
  begin preflight "$root/$1"
  local code=0
  PATH="$root/$1/.venv/bin:$PATH" act "$checkout/.venv/bin/driftguard" preflight \
    --lock "$root/$1/uv.lock" --python "$root/$1/.venv" "${selection[@]}" || code=$?
  case $code in 0 | 2) ;; *) exit "$code" ;; esac
}

# point [RELEASE]: by one rename, so that there is a current at every moment.
point() {
  if [ -n "$1" ]; then
    ln -sfn -- "$1/.venv" "$root/.current" && mv -T -- "$root/.current" "$root/current"
  else
    rm -f -- "$root/current"
  fi
}

# run RELEASE [ARGUMENT]…
run() {
  begin run "$root/$1"
  PATH="$root/$1/.venv/bin:$PATH" act "$root/$1/.venv/bin/hawks-pipeline" run "${@:2}"
  act touch -- "$root/$1/good" || exit 3
}

# Whatever is neither current nor among those before it has failed, was killed, was rolled back, or is too old.
clean() {
  local release kept=" " left path
  release=$(current)
  for ((left = keep > 1 ? keep : 2; left > 0; left--)); do kept+="$release " release=$(before "$release"); done
  rm -rf -- "$root/.trash" && mkdir -- "$root/.trash" # moved first: no half of a release can be rolled back to
  for path in "$root"/releases/*; do
    [[ $kept = *" releases/${path##*/} "* ]] || mv -- "$path" "$root/.trash/"
  done
  rm -rf -- "$root/.trash" && find "$root/logs" -name '*.log' -mtime +90 -delete
}

# 1 is driftguard's word, and what a run says is passed on: whatever else could not be done is 3.
finish() {
  local code=$?
  trap '' INT TERM HUP
  [ "$code" -eq 0 ] || say "step '$step' failed with exit code $code"
  case $step:$code in
    *:0 | run:* | preflight:1 | *:64 | *:129 | *:1[3-9]?) ;;
    *) code=3 ;;
  esac
  if [ "$code" -ne 0 ] && [ -n "$new" ] && [ "$(current)" = "$new" ]; then
    point "$old" || say "current could not be set back to '$old'"
  fi
  [ -n "$dry" ] || rm -f -- "$root/.current"
  old=$(current)
  say "current is ${old:-not there yet}"
  exec >&- 2>&-
  wait "$recorder" || true
  exit "$code"
}

# What nothing can be said in a log without.
need() {
  local why
  why=$("$@" 2>&1) || { echo "deploy: $root cannot be used: ${why%%$'\n'*}" >&2 && exit 3; }
}

log=/dev/null
if [ -z "$dry" ]; then
  need mkdir -p -- "$root"/{releases,logs,cache}
  need touch -- "$root/.lock"
  exec 9<>"$root/.lock"
  # What was just killed may hold it for a moment more. uv and the pipeline hold it as well, should this shell be gone.
  flock -w 3 9 || { echo "deploy: another one is under way in $root: $(cat -- "$root/.lock")" >&2 && exit 75; }
  echo "$mode $id, process $$ of $(id -un) on $(uname -n)" >"$root/.lock"
  log=$root/logs/$id.log
  need touch -- "$log"
fi
exec > >(record 3>>"$log" 9>&-) 2>&1
recorder=$!
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

old=$(current)
case $mode in
  deploy)
    new=releases/$id
    tool
    build
    judge "$new"
    begin switch "$new"
    act point "$new"
    run "$new" "$@"
    new= # it is good: nothing sets it back any more
    begin clean "$root/releases"
    act clean || say "what is old could not be removed"
    ;;
  run)
    [ -n "$old" ] || none "nothing is deployed in $root yet"
    judge "$old"
    run "$old" "$@"
    ;;
  rollback)
    begin rollback
    new=$(before "$old")
    while [ -n "$new" ] && [ ! -e "$root/$new/good" ]; do new=$(before "$new"); done
    [ -n "$new" ] || none "there is no good release before ${old:-the first}"
    judge "$new"
    begin switch "$new"
    act point "$new"
    ;;
esac
