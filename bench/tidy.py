#!/usr/bin/env python3
"""Time and memory of `clearway check` on translation units, beside clang-tidy with its two coroutine checks.

    bench/tidy.py [--rounds N] [--units N] [--clang-tidy COMMAND] [--build DIR] COMPILE_COMMANDS
    bench/tidy.py --whole [-j N] [--rounds N] [--build DIR] COMPILE_COMMANDS

For each unit of the compile database (a file, or its folder) the two commands run in turns, so that a busy machine slows both.
Prints each unit's ratio of medians, and the median and the worst of them; user-mode instructions, too, where perf can count them.
Units that do not compile are left out: what the commands make of broken code is not comparable.

--whole compares one run of clearway over all units with one of run-clang-tidy. The latter's memory is that of its largest process.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
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


def instructions(command):
    """In user mode; None where perf cannot count them."""
    with tempfile.NamedTemporaryFile("r") as counts:
        counted = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", counts.name, *command]
        if not shutil.which("perf") or subprocess.run(counted, capture_output=True).returncode > 1:
            return None
        value = next((line.split(",")[0] for line in counts if "instructions" in line), "")
    return int(value) if value.isdigit() else None


def ratios(tidy, check, rounds):
    """What check takes of what clang-tidy takes, by measure."""
    pairs = [(run(tidy, {0, 1}), run(check, {0, 1})) for _ in range(rounds)]
    out = {name: statistics.median(pick(c) for _, c in pairs) / statistics.median(pick(t) for t, _ in pairs)
           for name, pick in MEASURES.items()}
    counts = instructions(tidy), instructions(check)
    out["instr."] = counts[1] / counts[0] if all(counts) else float("nan")
    return out


def show(label, values):
    print(f"{label[-50:]:<50}" + "".join(f"{value:>8.2f}" for value in values), flush=True)


def check_command(options, database, jobs, files):
    return [options.build / "bin/clearway", "check", "--quiet", "--no-config", "--include-tests", f"-j{jobs}", "-p", database, *files]


def compare_units(options, database, files):
    step = max(1, len(files) // options.units) if options.units else 1
    measured = []
    for file in files[::step]:
        tidy = [options.clang_tidy, "-p", database.parent, f"-checks={CHECKS}", file]
        if compiles(tidy):
            measured.append(ratios(tidy, check_command(options, database, 1, [file]), options.rounds))
            show(file, measured[-1].values())
    if not measured:
        sys.exit(f"no unit of {database} compiles")
    for label, pick in (("median", statistics.median), ("worst", max)):
        show(f"{label} of {len(measured)} units", [pick(m[name] for m in measured) for name in measured[0]])


def compare_whole(options, database, files):
    tidy = [options.run_clang_tidy, "-quiet", f"-j{options.jobs}", "-p", database.parent, f"-checks={CHECKS}"]
    measured = ratios(tidy, check_command(options, database, options.jobs, files), options.rounds)
    show(f"{len(files)} units in one run, -j{options.jobs}", measured.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--units", type=int, default=0, help="that many, evenly spread; default: all")
    parser.add_argument("--whole", action="store_true", help="all units in one run")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="of a whole run")
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    parser.add_argument("--run-clang-tidy", default="run-clang-tidy-22")
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    options = parser.parse_args()

    database = options.database / "compile_commands.json" if options.database.is_dir() else options.database
    print(f"{'clearway / clang-tidy':<50}" + "".join(f"{name:>8}" for name in [*MEASURES, "instr."]))
    (compare_whole if options.whole else compare_units)(options, database, files_of(database))


if __name__ == "__main__":
    main()
