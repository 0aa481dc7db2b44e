#!/usr/bin/env bash
# install-packages.sh SECTION...: installs what is missing of these sections of packages.txt. Does nothing, quickly, when nothing is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

wanted() { # the lines of the sections, without comments
  awk -v sections=" $* " '/^\[/ { on = index(sections, " " substr($0, 2, length($0) - 2) " "); next } on && !/^#/ && NF' \
    "$here/packages.txt"
}

installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

satisfied() { # one line of packages.txt
  local entry=${1%\?} package
  if [[ $entry == *:* ]] && command -v "${entry%%:*}" >/dev/null; then return 0; fi
  entry=${entry#*:}
  for package in ${entry//|/ }; do
    if installed "$package"; then return 0; fi
  done
  return 1
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; return; fi
  command -v sudo >/dev/null || { echo "error: install as root or with sudo: ${missing[*]}" >&2; exit 1; }
  sudo "$@"
}

offered() { [[ -n $(apt-cache --quiet=0 show "$1" 2>/dev/null) ]]; }

choose() { # prints the first package of an entry that can be had
  local entry=${1%\?} package
  entry=${entry#*:}
  for package in ${entry//|/ }; do
    if offered "$package"; then echo "$package"; return; fi
  done
  if [[ $1 == *\? ]]; then
    echo "note: $entry is not among this machine's packages (Debian keeps it in bookworm-security); going on without" >&2
  else
    echo "error: $entry is not among this machine's packages; add Debian 12's main archive to its sources" >&2
    return 1
  fi
}

missing=()
while read -r entry; do
  satisfied "$entry" || missing+=("$entry")
done < <(wanted "$@")
[[ ${#missing[@]} == 0 ]] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "note: this is no Debian; it may lack the equivalents of: ${missing[*]}" >&2
  exit 0
fi

hopeless() { # nothing but optional packages that were looked for before
  local entry package
  for entry in "${missing[@]}"; do
    package=${entry%\?}
    [[ $entry == *\? ]] && ! offered "${package#*:}" || return 1
  done
  [[ -e $here/../build/CMakeCache.txt ]]
}
hopeless && exit 0

as_root apt-get update -q
packages=()
for entry in "${missing[@]}"; do
  package=$(choose "$entry")
  [[ -z $package ]] || packages+=("$package")
done
[[ ${#packages[@]} == 0 ]] ||
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
