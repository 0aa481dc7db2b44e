#!/usr/bin/env bash
# probe-sanitize.sh [TEST...]: builds the probe's tests (all of them, or those named, such as StallTest) with AddressSanitizer
# and UndefinedBehaviorSanitizer, then with ThreadSanitizer, and runs them. CLEARWAY_PROBE_FULL=1: at their full size.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../probe" || exit 1
command -v ccache >/dev/null && export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1

failed=()
for preset in asan tsan; do
  build=../build-probe-$preset
  mkdir -p "$build"
  cmake --preset "$preset" >"$build/build.log" 2>&1 && ninja -C "$build" "${@:-sanitized-tests}" >>"$build/build.log" 2>&1 ||
    { tail -n 40 "$build/build.log"; failed+=("build with $preset"); continue; }
  for test in "$build"/{test,examples}/*Test; do
    [[ $# == 0 || " $* " == *" $(basename "$test") "* ]] || continue
    echo "$preset: $(basename "$test")"
    timeout 600 "$test" --gtest_brief=1 || failed+=("$preset $(basename "$test")")
  done
done
[[ ${#failed[@]} == 0 ]] && echo "no findings" || { printf 'failed: %s\n' "${failed[@]}"; exit 1; }
