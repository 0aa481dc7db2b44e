#!/usr/bin/env python3
"""Writes the probe as one source file beside its public headers, for projects that copy it into their tree.

    amalgamate.py FOLDER    # FOLDER/clearway-probe.cpp, FOLDER/clearway/*.h

Compile it with: c++ -std=c++20 -IFOLDER -DCLEARWAY_PROBE_STATIC -fvisibility=hidden -c clearway-probe.cpp; link with -pthread -ldl.
"""
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCAL = re.compile(r'^#include "([^"]+)"$')


def sources():
    """Source files in the order of CMakeLists.txt."""
    return re.findall(r"^  (src/\w+\.cpp)\)?$", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)


def expanded(file, seen):
    """Lines of `file`, each local header written where it is first included."""
    for line in file.read_text().splitlines():
        include = LOCAL.match(line)
        if not include:
            if line != "#pragma once":
                yield line
            continue
        header = file.parent / include[1]
        if header not in seen:
            seen.add(header)
            yield from expanded(header, seen)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: amalgamate.py FOLDER")
    folder, seen = Path(sys.argv[1]), set()
    (folder / "clearway").mkdir(parents=True, exist_ok=True)
    for header in ("probe.h", "frame_source.h", "span.h", "probe_inline.h"):
        shutil.copy(ROOT / "include/clearway" / header, folder / "clearway")
    lines = ["// clearway-probe in one file, written by amalgamate.py from the files named below."]
    for source in sources():
        lines += ["", f"// ---- {source}", *expanded(ROOT / source, seen)]
    (folder / "clearway-probe.cpp").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
