#!/usr/bin/env bash
# Fuzzes every target, two at a time: run.sh SECONDS [TARGET..]; run.sh planted proves that each finds a panic of ours;
# run.sh minimise takes what was found into the corpora.
set -euo pipefail
cd "$(dirname "$0")"
what=$1
shift
mapfile -t all < <(cd targets && ls ./*.rs | sed 's/.*\///; s/\.rs$//')
targets=("${@:-${all[@]}}")
bin=$(./build.sh)
bin=$PWD/$bin
work=$PWD/../../target/fuzz
mkdir -p "$work/log"

one() {
  local target=$1 what=$2 log=$work/log/$1 limits=(-timeout=20 -rss_limit_mb=1024 -dict=words.dict -artifact_prefix="$work/found-$1-")
  local begun=$SECONDS found=$work/corpus/$target
  mkdir -p "$found"
  case $what in
  planted)
    # From one small input alone, in a folder that is thrown away: what is found is found by coverage.
    found=$(mktemp -d)
    cp "planted/$target" "$found"
    if FUZZ_PLANTED=1 "$bin/$target" "${limits[@]}" -artifact_prefix="$found/" -max_total_time=120 "$found" >"$log" 2>&1; then
      echo "$target: the planted panic was not found"
      return 1
    fi
    rm -r "$found"
    grep -q '^planted$' "$log" || { tail -n 40 "$log"; return 1; }
    printf '%-14s planted panic found in %s s\n' "$target" $((SECONDS - begun)) ;;
  minimise)
    local small
    small=$(mktemp -d)
    "$bin/$target" "${limits[@]}" -merge=1 -max_len=2048 "$small" "corpus/$target" "$found" >"$log" 2>&1
    rm -r "corpus/$target"
    mv "$small" "corpus/$target"
    chmod 755 "corpus/$target" ;;
  *)
    if ! "$bin/$target" "${limits[@]}" -max_total_time="$what" -print_final_stats=1 "$found" "corpus/$target" >"$log" 2>&1; then
      grep -m 1 -A 3 -e "panicked" -e "ERROR: libFuzzer" "$log" || tail -n 40 "$log"
      grep "Test unit written" "$log" || true
      echo "$target: failed"
      return 1
    fi
    local runs
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-14s %9d executions, %6d a second\n' "$target" "$runs" $((runs / (SECONDS - begun))) ;;
  esac
}

export -f one
export bin work
printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -euo pipefail -c "one {} $what"
