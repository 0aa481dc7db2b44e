"""Holds the findings of a run against the comments in the files that were checked.

    verify.py CLEARWAY [OPTION...] PATH...

A line that has to be reported ends in a comment `expect: CHECK`, or `expect: CHECK, CHECK` for two. Every other line has to
stay silent: a finding without its comment fails as much as a comment without its finding. All options go to
`clearway check`, so `--checks=-*,blocking-io` limits a test to one check.

Notes, the steps of a chain, are not held against anything; messages are FileCheck's business.
"""
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

SUFFIXES = {".py", ".pyi", ".rs", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".cu", ".cuh"}
EXPECT = re.compile(r"(?:#|//).*?\bexpect:\s*([a-z][a-z-]*(?:\s*,\s*[a-z][a-z-]*)*)")
FINDING = re.compile(r"^(?P<path>.+?):(?P<line>\d+):\d+: (?:error|warning|note): .*\[(?P<check>[a-z][a-z-]*)\]$")


def sources(paths):
    for path in map(Path, paths):
        yield from sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES) if path.is_dir() else [path]


def expected(paths):
    """(file, line, check) of every comment; a line may expect one check several times."""
    for file in sources(paths):
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            if match := EXPECT.search(line):
                for check in re.split(r"\s*,\s*", match[1]):
                    yield str(file.resolve()), number, check


def reported(clearway, options, paths):
    """(file, line, check) of every finding. Exits when the command could not do its work."""
    command = [clearway, "check", "--format", "concise", *options, *paths]
    run = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if run.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}\nexited with {run.returncode}\n{run.stdout}{run.stderr}")
    found = [m for m in map(FINDING.match, run.stdout.splitlines()) if m]
    if run.returncode == 1 and not found:
        sys.exit(f"the command reports findings, but this prints none that can be read:\n{run.stdout}")
    for match in found:
        yield str(Path(match["path"]).resolve()), int(match["line"]), match["check"], match[0]


def main(clearway, arguments):
    options = [a for a in arguments if a.startswith("-")]
    paths = [a for a in arguments if not a.startswith("-")]
    if missing := [p for p in paths if not Path(p).exists()]:
        sys.exit(f"there is no {missing[0]}")
    wanted = Counter(expected(paths))
    text = {}
    found = Counter()
    for file, line, check, message in reported(clearway, options, paths):
        found[file, line, check] += 1
        text[file, line, check] = message
    for (file, line, check), count in sorted((wanted - found).items()):
        print(f"{file}:{line}: NOT REPORTED: {check}")
    for key in sorted(found - wanted):
        print(f"{key[0]}:{key[1]}: NOT EXPECTED: {text[key]}")
    sys.exit(wanted != found)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
