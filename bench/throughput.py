#!/usr/bin/env python3
"""Throughput and memory of `clearway check` beside parsing alone.

    bench/throughput.py [--rounds N] [-jN] [--build DIR] [--include-tests] PATH

Runs `clearway check PATH` and clearway-bench-parse PATH in turns, so that a busy machine slows both, and prints medians and
their ratios. Both read the same files with the same grammars on the same number of threads. Build with the release preset for
numbers that mean something.
"""
import argparse
import os
import statistics
from pathlib import Path

from measure import run

ROOT = Path(__file__).resolve().parent.parent


def report(name, parse, check):
    def row(label, pick, unit):
        p, c = statistics.median(map(pick, parse)), statistics.median(map(pick, check))
        print(f"{label:<14}{p:>10.2f} {unit:<4}{c:>10.2f} {unit:<4}{c / p:>8.2f}")

    print(f"{name}: {parse[0].output.strip()}; medians of {len(parse)} rounds")
    print(f"{'':<14}{'parse':>10}     {'check':>10}     {'ratio':>8}")
    row("wall clock", lambda r: r.wall, "s")
    row("CPU time", lambda r: r.cpu, "s")
    row("peak memory", lambda r: r.memory, "MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--include-tests", action="store_true", help="check what test code does, too")
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    options = parser.parse_args()

    bin = options.build / "bin"
    parse_command = [bin / "clearway-bench-parse", f"-j{options.jobs}", options.path]
    check_command = [bin / "clearway", "check", "--quiet", "--format", "concise", f"-j{options.jobs}", options.path]
    if options.include_tests:
        check_command.append("--include-tests")
    run(parse_command, {0})  # the first reading fills the page cache, for both
    parse, check = [], []
    for _ in range(options.rounds):
        parse.append(run(parse_command, {0}))
        check.append(run(check_command, {0, 1}))
    report(options.path.name, parse, check)


if __name__ == "__main__":
    main()
