#!/bin/sh
# install_test.sh BUILD CMAKE CC SOURCE: installs BUILD's probe into a fresh folder; builds and runs programs that
# find it there, by find_package (shared and static) and by pkg-config.
set -eu
build=$1 cmake=$2 cc=$3 source=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$cmake" --install "$build" --prefix "$work/prefix" --component probe > "$work/install.log"
"$cmake" -S "$source" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/prefix" > "$work/configure.log" ||
  { cat "$work/configure.log"; exit 1; }
"$cmake" --build "$work/consumer"
"$work/consumer/shared"
"$work/consumer/static"
library=$(dirname "$(find "$work/prefix" -name libclearway-probe.so)")
flags=$(PKG_CONFIG_PATH=$library/pkgconfig pkg-config --cflags --libs clearway-probe)
# shellcheck disable=SC2086 # several flags
"$cc" -std=c99 -Wall -Werror "$source/consumer.c" $flags -o "$work/by-pkg-config"
LD_LIBRARY_PATH=$library "$work/by-pkg-config"
# Nothing but the library's own names is exported: a host's unwinder must not be replaced.
strange=$(nm -D --defined-only "$library/libclearway-probe.so" | awk '$2 != "A" {print $3}' | grep -v '^clearway_' || true)
[ -z "$strange" ] || { echo "exported besides clearway_*: $strange"; exit 1; }
