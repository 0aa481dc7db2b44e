#!/usr/bin/env bash
# test.sh: builds everything and runs every test: ctest (GoogleTest and the project's own rules), lit, and the probe's
# bindings. Installs what that needs. The last lines say which suites were left out, and how many tests passed and failed;
# reports are in build/test-results.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
jobs=$(nproc)
results=$PWD/build/test-results
mkdir -p build

utils/install-packages.sh build test || exit 1
python3 -m venv build/venv && build/venv/bin/pip install -q --disable-pip-version-check -r test/requirements.txt
tools=$?
utils/build.sh dev all || { echo "0 passed, 1 failed"; exit 1; }
rm -rf "$results"
mkdir -p "$results"

# suite NAME COMMAND...: the command writes $results/NAME.xml; one that fails without a report counts as a failure.
suite() {
  local name=$1 log=$results/$1.log
  shift
  echo "Running $name …" >&2
  "$@" >"$log" 2>&1
  echo $? >"$results/$name.status"
}

left_out() { echo "$2" >"$results/$1.left-out"; } # NAME WHY

[[ $tools == 0 ]] || left_out "lit, in part" "the tools in test/requirements.txt cannot be had"
not_found() { grep -qE "^$1:[A-Z]+=(OFF|.*-NOTFOUND)$" build/CMakeCache.txt; }
not_found CLEARWAY_CPP_FRONTEND && left_out "C++ with types" "no LLVM 22 when build was configured"
not_found CLEARWAY_ASIO_INCLUDE && left_out "probe: adapters for Asio" "no Asio"
not_found CLEARWAY_UV && left_out "probe: adapters for Asio and libuv" "no libuv"
not_found CLEARWAY_EVENT && left_out "probe: adapter for libevent" "no libevent"
not_found CLEARWAY_PKG_CONFIG && left_out "probe: installation" "no pkg-config"

suite ctest ctest --test-dir build -j "$jobs" --output-on-failure --no-tests=error --test-output-size-passed 100000 --output-junit "$results/ctest.xml"
suite lit python3 "$(sed -n 's/^CLEARWAY_LIT:[A-Z]*=//p' build/CMakeCache.txt)" -j "$jobs" -v --xunit-xml-output "$results/lit.xml" build/test

# The probe for Python, on real loops and servers: needs the packages in its tests' requirements.
bindings=probe/bindings/python
if build/venv/bin/pip install -q --disable-pip-version-check -r $bindings/tests/requirements.txt; then
  probe_python() {
    build/venv/bin/pip install -q --disable-pip-version-check --no-build-isolation --no-deps "./$bindings" &&
      build/venv/bin/python -m pytest -q -o junit_logging=system-out --rootdir $bindings --junitxml "$results/probe-python.xml" $bindings/tests
  }
  suite probe-python probe_python
else
  left_out probe-python "the packages in $bindings/tests/requirements.txt cannot be had"
fi

# The probe for Rust, on real tokio runtimes; apart from the rest what needs tokio's unstable hooks, which are chosen when tokio is compiled.
crate=$PWD/probe/bindings/rust
fetched() { cargo fetch -q --locked --manifest-path "$1/Cargo.toml"; }
if ! command -v cargo >/dev/null; then
  left_out probe-rust "no cargo"
  left_out probe-rust-unstable "no cargo"
elif fetched "$crate" && fetched "$crate/unstable"; then
  cargo_tests() { # NAME FOLDER ARGUMENT...: cargo reads the settings of the folder it runs in
    suite "$1" env -C "$2" CARGO_TARGET_DIR="$PWD/build/$1" python3 "$PWD/utils/cargo-test.py" "$results/$1.xml" --locked --offline --no-fail-fast "${@:3}" -- --show-output
  }
  cargo_tests probe-rust "$crate" --features tower
  cargo_tests probe-rust-unstable "$crate/unstable"
else
  left_out probe-rust "the crates in its Cargo.lock cannot be had"
  left_out probe-rust-unstable "the crates in its Cargo.lock cannot be had"
fi

python3 utils/sum-results.py "$results"
