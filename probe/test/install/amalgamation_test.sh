#!/bin/sh
# amalgamation_test.sh PYTHON CC CXX PROBE: writes the single-file version and runs a program in C made with it.
set -eu
python=$1 cc=$2 cxx=$3 probe=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" "$probe/amalgamate.py" "$work"
written=$(grep -c '^// ---- src/' "$work/clearway-probe.cpp") expected=$(find "$probe/src" -name '*.cpp' | wc -l)
[ "$written" = "$expected" ] || { echo "$written of $expected source files are in the single file"; exit 1; }
"$cxx" -std=c++20 -Wall -Wextra -Werror "-I$work" -DCLEARWAY_PROBE_STATIC -fvisibility=hidden -c "$work/clearway-probe.cpp" -o "$work/probe.o"
"$cc" -std=c99 -Wall -Werror "-I$work" -DCLEARWAY_PROBE_STATIC -c "$probe/test/install/consumer.c" -o "$work/consumer.o"
"$cxx" "$work/consumer.o" "$work/probe.o" -pthread -ldl -o "$work/consumer"
"$work/consumer"
