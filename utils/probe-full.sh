#!/usr/bin/env bash
# probe-full.sh [FOLDER]: measures all that the probe promises, in full: every test at its full size (a million captures,
# an hour at full load without a report, 60 stalls of every kind with the confusion matrix) and what it costs. Takes
# a bit more than an hour; the output of each part stays in FOLDER (build-probe/full), the last lines say what failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
folder=${1:-build-probe/full}
mkdir -p "$folder"

cmake -S probe -B build-probe -G Ninja -DCLEARWAY_PROBE_BENCH=ON >"$folder/configure.log" &&
  ninja -C build-probe >"$folder/build.log" || { tail -n 40 "$folder"/*.log >&2; exit 1; }

failed=()
part() { # NAME COMMAND...
  echo "$(date +%T) $1 …"
  CLEARWAY_PROBE_FULL=1 "${@:2}" >"$folder/$1.txt" 2>&1 || failed+=("$1")
  grep -E '^(\[  (PASSED|FAILED)|injected |cause right|[a-z-]+ +[0-9]+ +[0-9]+ )' "$folder/$1.txt"
}
part cost build-probe/bench/clearway-probe-cost
cat "$folder/cost.txt"
for test in build-probe/{test,examples}/*Test; do
  part "$(basename "$test")" "$test"
done

[[ ${#failed[@]} == 0 ]] && echo "all passed" || { echo "failed: ${failed[*]}; see $folder"; exit 1; }
