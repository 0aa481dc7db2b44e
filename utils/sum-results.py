"""Sums up a folder of test reports: NAME.xml (JUnit), NAME.log and NAME.status (exit code) of each suite; NAME.left-out
says why a suite did not run.

    sum-results.py FOLDER

Shows what failed, what tests measured (lines of their output that begin with `measured: `), then one line per suite, which
suites were left out, and last `N passed, N failed`. Exits 1 when anything failed, when a suite ended badly without saying
which test did, and when no test ran at all.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


class Suite:
    def __init__(self, status_file):
        self.name = status_file.stem
        self.exit_code = int(status_file.read_text())
        self.log = status_file.with_suffix(".log").read_text(errors="replace")
        self.passed, self.skipped, self.failures, self.measured = 0, [], [], []
        report = status_file.with_suffix(".xml")
        if report.exists():
            for case in ElementTree.parse(report).iter("testcase"):
                self.count(case)
        if not self.failures and (self.exit_code or not report.exists()):
            last = "\n".join(self.log.splitlines()[-40:])
            self.failures.append((f"(exit code {self.exit_code}, no test is to blame)", last))

    def count(self, case):
        name = "/".join(dict.fromkeys(filter(None, [case.get("classname"), case.get("name")])))
        self.measured += re.findall(r"^measured: (.*)", case.findtext("system-out") or "", re.MULTILINE)
        bad = case.find("failure")
        if bad is None:
            bad = case.find("error")
        if bad is not None:
            output = case.findtext("system-out") or bad.text or bad.get("message") or ""
            self.failures.append((name, output))
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            self.skipped.append(name)
        else:
            self.passed += 1


def main(folder):
    suites = [Suite(file) for file in sorted(Path(folder).glob("*.status"))]
    for suite in suites:
        for name, output in suite.failures:
            print(f"FAILED {suite.name}: {name}\n{output.strip()}\n")
    for suite in suites:
        if suite.measured:
            print(f"Measured by {suite.name}:", *suite.measured, sep="\n  ", end="\n\n")
    for suite in suites:
        skipped = f", {len(suite.skipped)} skipped ({', '.join(suite.skipped[:5])})" if suite.skipped else ""
        print(f"{suite.name}: {suite.passed} passed, {len(suite.failures)} failed{skipped}")
    for file in sorted(Path(folder).glob("*.left-out")):
        print(f"left out: {file.stem} ({file.read_text().strip()})")
    passed = sum(suite.passed for suite in suites)
    failed = sum(len(suite.failures) for suite in suites)
    if passed + failed == 0:
        print("no test ran")
        failed = 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(sys.argv[1])
