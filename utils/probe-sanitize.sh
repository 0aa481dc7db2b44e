#!/usr/bin/env bash
# probe-sanitize.sh [TEST...]: builds the probe's tests (all of them, or those named, such as StallTest) with AddressSanitizer
# and UndefinedBehaviorSanitizer, then with ThreadSanitizer, and runs them. CLEARWAY_PROBE_FULL=1: at their full size. Two of
# them are the bindings, with the first two sanitizers: `python`, the extension below CPython, and `rust`, the library below the
# crate. They are left out, and named, where their tools are missing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../probe" || exit 1
command -v ccache >/dev/null && export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
bindings_flags="-O1 -g -fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer"

failed=() left_out=() tests=() all=$#
for name in "$@"; do
  [[ $name =~ ^(python|rust)$ ]] || tests+=("$name")
done
names=" $* "
wanted() { [[ $all == 0 || $names == *" $1 "* ]]; }

# A failure without a finding is tried once more: on a busy machine a stall may look like another. A finding is never overlooked.
judged() { # NAME COMMAND...
  local log attempt
  log=$(mktemp)
  for attempt in 1 2; do
    "${@:2}" 2>&1 | tee "$log"
    [[ ${PIPESTATUS[0]} == 0 ]] && { rm "$log"; return; }
    grep -qaE '(WARNING|ERROR): [A-Za-z]+Sanitizer|runtime error:' "$log" && break
    [[ $attempt == 2 ]] || echo "$1 failed without a finding; once more"
  done
  rm "$log"
  failed+=("$1")
}

libraries() { # what a program that is not instrumented has to load first
  local name
  for name in libasan.so libubsan.so libstdc++.so; do
    printf '%s ' "$(c++ -print-file-name=$name)"
  done
}

python() { # VENV: has the packages of the tests' requirements. CPython itself leaves memory behind on purpose, so leaks are not judged.
  local package=$PWD/bindings/python build=$PWD/../build-probe-asan/python
  cmake -S "$package" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 -DPython_EXECUTABLE="$1/bin/python" \
    -DCMAKE_C_FLAGS="$bindings_flags" -DCMAKE_CXX_FLAGS="$bindings_flags" &&
    ninja -C "$build" && cmake --install "$build" --prefix "$build/package" &&
    cp -r "$package/src/clearway_probe" "$build/package/" || return 1
  env PYTHONPATH="$build/package" LD_PRELOAD="$(libraries)" ASAN_OPTIONS=detect_leaks=0 \
    timeout 900 "$1/bin/python" -m pytest -q --rootdir "$package" "$package"/tests/test_{churn,stalls,selector,poll_phase}.py
}

rust() { # the crate compiles the library itself; stable Rust has no sanitizers of its own, and cargo links without the compiler's
  env -C bindings/rust CARGO_TARGET_DIR="$PWD/../build-probe-asan/rust" CXXFLAGS="$bindings_flags" \
    RUSTFLAGS="-Clink-arg=-lasan -Clink-arg=-lubsan" \
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="env ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=$(libraries | tr ' ' :)" \
    timeout 1800 cargo test --locked --target x86_64-unknown-linux-gnu --features tower --lib --test probe --test tokio_runtimes --test tower_layer --test llm_server
}

for preset in asan tsan; do
  build=../build-probe-$preset
  [[ $all == 0 || ${#tests[@]} != 0 ]] || continue
  mkdir -p "$build"
  cmake --preset "$preset" >"$build/build.log" 2>&1 && ninja -C "$build" "${tests[@]:-sanitized-tests}" >>"$build/build.log" 2>&1 ||
    { tail -n 40 "$build/build.log"; failed+=("build with $preset"); continue; }
  for test in "$build"/{test,examples}/*Test; do
    wanted "$(basename "$test")" || continue
    echo "$preset: $(basename "$test")"
    judged "$preset $(basename "$test")" timeout 600 "$test" --gtest_brief=1
  done
done

venv=$(realpath -m "${CLEARWAY_VENV:-../build-probe/venv}")
if wanted python; then
  echo "asan: python"
  if "$venv/bin/python" -c 'import pytest, uvloop' 2>/dev/null; then
    judged "asan python" python "$venv"
  else
    left_out+=("python (no pytest and uvloop in $venv; CLEARWAY_VENV names another)")
  fi
fi
if wanted rust; then
  echo "asan: rust"
  if command -v cargo >/dev/null; then judged "asan rust" rust; else left_out+=("rust (no cargo)"); fi
fi

[[ ${#left_out[@]} == 0 ]] || printf 'left out: %s\n' "${left_out[@]}"
[[ ${#failed[@]} == 0 ]] && echo "no findings" || { printf 'failed: %s\n' "${failed[@]}"; exit 1; }
