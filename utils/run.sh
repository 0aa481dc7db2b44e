#!/usr/bin/env bash
# run.sh [PATH | ARGUMENT...]: builds clearway (installing what that needs) and checks PATH, or the example that comes
# with it. The command stays at build/bin/clearway.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$root/utils/install-packages.sh" build
"$root/utils/build.sh" release clearway

if [[ $# -gt 0 ]]; then
  exec "$root/build/bin/clearway" check "$@"
fi
echo "Checking demo/chat; the command is build/bin/clearway" >&2
cd "$root"
exec build/bin/clearway check --exit-zero demo/chat
