#!/usr/bin/env python3
"""Time and memory of `clearway check` beside clang-tidy's two coroutine checks, one translation unit at a time.

    bench/tidy.py [--rounds N] [--units N] [--clang-tidy NAME] [--build DIR] COMPILE_COMMANDS

For each unit of the compile database (a file, or its folder) the two commands run in turns, so that a busy machine slows both.
Prints each unit's ratio of medians, and the median and the worst of them. Units that do not compile are left out: what the
commands make of broken code is not comparable.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from measure import run

ROOT = Path(__file__).resolve().parent.parent
CHECKS = "-*,cppcoreguidelines-no-suspend-with-lock,misc-coroutine-hostile-raii"
MEASURES = {"wall": lambda r: r.wall, "CPU": lambda r: r.cpu, "memory": lambda r: r.memory}


def files_of(database):
    entries = json.loads(database.read_text())
    return sorted({os.path.join(entry["directory"], entry["file"]) for entry in entries})


def compiles(tidy):
    return subprocess.run(tidy, capture_output=True).returncode == 0


def ratios(tidy, check, rounds):
    """What check takes of what clang-tidy takes, by measure."""
    pairs = [(run(tidy, {0}), run(check, {0, 1})) for _ in range(rounds)]
    return {name: statistics.median(pick(c) for _, c in pairs) / statistics.median(pick(t) for t, _ in pairs)
            for name, pick in MEASURES.items()}


def show(label, values):
    print(f"{label[-50:]:<50}" + "".join(f"{value:>8.2f}" for value in values), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--units", type=int, default=0, help="that many, evenly spread; default: all")
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    options = parser.parse_args()

    database = options.database / "compile_commands.json" if options.database.is_dir() else options.database
    files = files_of(database)
    step = max(1, len(files) // options.units) if options.units else 1
    print(f"{'clearway / clang-tidy':<50}" + "".join(f"{name:>8}" for name in MEASURES))
    measured = []
    for file in files[::step]:
        tidy = [options.clang_tidy, "-p", database.parent, f"-checks={CHECKS}", file]
        check = [options.build / "bin/clearway", "check", "--quiet", "--no-config", "--include-tests", "-j1", "-p", database, file]
        if compiles(tidy):
            measured.append(ratios(tidy, check, options.rounds))
            show(file, measured[-1].values())
    if not measured:
        sys.exit(f"no unit of {database} compiles")
    for label, pick in (("median", statistics.median), ("worst", max)):
        show(f"{label} of {len(measured)} units", [pick(m[name] for m in measured) for name in MEASURES])


if __name__ == "__main__":
    main()
