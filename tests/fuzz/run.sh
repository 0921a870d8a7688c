#!/usr/bin/env bash
# Fuzzes every target, two at a time, and prints what each did: run.sh SECONDS [TARGET..]. Before that, planted panics
# prove that each target finds one: run.sh planted. `run.sh minimise` takes what was found into the corpora.
set -euo pipefail
cd "$(dirname "$0")"
what=$1
shift
mapfile -t all < <(cd targets && ls ./*.rs | sed 's/.*\///; s/\.rs$//')
targets=("${@:-${all[@]}}")
bin=$PWD/$(./build.sh)
work=$PWD/../../target/fuzz
mkdir -p "$work/log"
table=$work/table
: >"$table"

one() {
  local target=$1 what=$2 log=$work/log/$1 limits=(-timeout=20 -rss_limit_mb=1024 -dict=words.dict -artifact_prefix="$work/found-$1-")
  local begun=$SECONDS found=$work/corpus/$target
  mkdir -p "$found"
  case $what in
  planted)
    # From one small input alone, again and again: what is found on the way leads elsewhere, too.
    local seed
    for ((seed = 1; SECONDS - begun < 100; seed++)); do
      found=$(mktemp -d)
      cp "planted/$target" "$found"
      local rc=0
      FUZZ_PLANTED=1 "$bin/$target" "${limits[@]}" -artifact_prefix="$found/" -seed="$seed" -mutate_depth=2 -runs=1000 "$found" >"$log" 2>&1 || rc=$?
      rm -r "$found"
      if [ "$rc" != 0 ]; then
        grep -q '^planted$' "$log" || { tail -n 40 "$log"; return 1; }
        printf '%-14s planted panic found in %s s\n' "$target" $((SECONDS - begun))
        return
      fi
    done
    echo "$target: the planted panic was not found"
    return 1 ;;
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
      echo "$target: failed; once more: $bin/$target $(sed -n 's/.*Test unit written to //p' "$log")"
      return 1
    fi
    local runs rate edges corpus
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    read -r edges corpus < <(sed -nE 's/.* cov: ([0-9]+) ft: [0-9]+ corp: ([0-9]+).*/\1 \2/p' "$log" | tail -n 1)
    printf '%-14s %10d executions, %6d a second, %6d edges, corpus of %d\n' "$target" "$runs" "$rate" "$edges" "$corpus" | tee -a "$table" ;;
  esac
}

export -f one
export bin work table
well=0
printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -euo pipefail -c "one {} $what" || well=$?
if [ -s "$table" ]; then
  printf '\nFuzzed, %s s a target:\n' "$what"
  sort "$table"
  awk '{ sum += $2 } END { printf "%-14s %10d executions\n", "all", sum }' "$table"
fi
exit "$well"
