#!/usr/bin/env bash
# build.sh PRESET [NINJA-ARGUMENT...]: configures build/ unless it is, and builds. Quiet unless something fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=$1
shift

log=build/build.log
mkdir -p build
quietly() { # runs a command into the log, and shows the end of that when it fails
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "error: \`$*\` failed; all of its output is in $log" >&2
    return 1
  fi
}

# A build of the command alone lacks what the others need; any build has the command.
configured=$(cat build/preset 2>/dev/null || true)
if [[ ! -e build/build.ninja || ( $preset != release && $configured == release ) ]]; then
  echo "Configuring build/ ($preset) …" >&2
  options=()
  if ! [[ -e /usr/lib/llvm-22/include/clang/AST/AST.h ]]; then
    echo "note: without LLVM 22's development packages: C++ is read without compile commands" >&2
    options=(-DCLEARWAY_CPP_FRONTEND=OFF)
  fi
  quietly cmake --preset "$preset" "${options[@]}"
  echo "$preset" >build/preset
fi
if [[ -n $(ninja -C build -n "$@" 2>/dev/null | grep -m1 '^\[' || true) ]]; then
  echo "Building, on $(nproc) cores …" >&2
fi
quietly ninja -C build "$@"
