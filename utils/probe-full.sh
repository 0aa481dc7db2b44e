#!/usr/bin/env bash
# probe-full.sh [FOLDER [PART...]]: measures all that the probe promises, in full: what it costs, every test at its full size (60
# stalls of every kind with the confusion matrix, a million captures in C++ and a million of Python, an hour at full load without
# a report), the tests of the bindings, and the sanitizers (shortened). Takes about two hours; parts, in this order: cost, the
# tests by name, python, rust, sanitizers, StallTest (the hour). The output of each part stays in FOLDER (build-probe/full). The last
# lines say of each promise whether it held; exits with 1 if one did not, or was not measured.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
folder=$(realpath -m "${1:-build-probe/full}")
parts=("${@:2}")
mkdir -p "$folder"
export CLEARWAY_PROBE_FULL=1

cmake -S probe -B build-probe -G Ninja -DCLEARWAY_PROBE_BENCH=ON >"$folder/configure.log" &&
  ninja -C build-probe >"$folder/build.log" || { tail -n 40 "$folder"/*.log >&2; exit 1; }

failed=()
part() { # NAME COMMAND...
  [[ ${#parts[@]} == 0 || " ${parts[*]} " == *" $1 "* ]] || return 0
  echo "$(date +%T) $1 …"
  "${@:2}" >"$folder/$1.txt" 2>&1 || { failed+=("$1"); echo "  failed; its output: $folder/$1.txt"; }
  grep -aE '^(measured: |\[  FAILED  \]|FAILED )' "$folder/$1.txt" | sed 's/^measured: /  /'
}

python() {
  local package=probe/bindings/python venv=build-probe/venv
  python3 -m venv $venv && $venv/bin/pip install -q --disable-pip-version-check -r $package/tests/requirements.txt &&
    $venv/bin/pip install -q --disable-pip-version-check --no-build-isolation --no-deps ./$package &&
    $venv/bin/python -m pytest -q -rA --rootdir $package $package/tests
}

rust() {
  local crate=probe/bindings/rust status=0
  CARGO_TARGET_DIR=$PWD/build-probe/rust cargo test --locked --no-fail-fast --manifest-path $crate/Cargo.toml --features tower || status=1
  # cargo reads the settings of the folder it runs in: tokio's unstable hooks are chosen there
  env -C $crate/unstable CARGO_TARGET_DIR="$PWD/build-probe/rust-unstable" cargo test --locked --no-fail-fast -- --show-output || status=1
  return $status
}

part cost build-probe/bench/clearway-probe-cost --check
for test in CauseTest ChurnTest; do
  part $test build-probe/test/$test
done
for test in build-probe/{test,examples}/*Test; do
  [[ $test =~ /(Cause|Churn|Stall)Test$ ]] || part "$(basename "$test")" "$test"
done
part python python
part rust rust
part sanitizers env -u CLEARWAY_PROBE_FULL utils/probe-sanitize.sh
part StallTest build-probe/test/StallTest

broken=0
promise() { # TEXT PART PATTERN: the lines of the part's output that match the pattern say how it went
  local lines verdict
  lines=$(grep -aE "$3" "$folder/$2.txt" 2>/dev/null)
  if grep -qE 'FAILED|BROKEN|^ERROR|^failed:' <<<"$lines"; then
    verdict=BROKEN
  elif grep -qE '^\[       OK \]|^PASSED|\.\.\. ok$|^measured: holds|^no findings$' <<<"$lines"; then
    verdict=holds
  else
    verdict="NOT MEASURED"
  fi
  [[ $verdict == holds ]] || broken=$((broken + 1))
  printf '%-13s %s\n' "$verdict" "$1"
}

echo
promise "a heartbeat takes at most 3 ns" cost '^measured: \w+ +heartbeat'
promise "a measured poll takes at most 45 ns" cost '^measured: \w+ +(begin and end|chained)'
promise "100 % counted, 99 % with a stack, 98 % with the right cause" CauseTest 'Cause\.IsRightForEveryKindOfStall'
promise "a million captures under exceptions, heap use, loading and ending threads" ChurnTest 'UnderChurn\.CapturesDoNotCrash'
promise "a million reads of Python stacks while everything changes" python '^(PASSED|FAILED|ERROR).*test_a_million_reads_while_everything_changes'
promise "no call of a blocked thread is interrupted" ChurnTest 'Blocked\.CallsAreNotInterrupted'
promise "no report in an hour at full load of a loop that does not stall" StallTest 'Reports\.NoneFromALoopThatNeverStalls'
promise "tokio: a measured poll adds less than tokio's own histogram" rust 'a_measured_poll_adds_less_than_tokio'
promise "asyncio: at most 3 % of an iteration, a tenth of debug mode" python '^(PASSED|FAILED|ERROR).*test_an_iteration_costs'
promise "AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer find nothing" sanitizers '^(no findings|failed:)'

[[ ${#failed[@]} == 0 ]] || echo "failed parts: ${failed[*]}; see $folder"
[[ ${#failed[@]} == 0 && $broken == 0 ]] && echo "all promises hold"
