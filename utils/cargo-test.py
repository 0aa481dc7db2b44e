"""Runs `cargo test` and writes what it says as JUnit XML, which stable cargo cannot.

    cargo-test.py XML [ARGUMENT...]     # the arguments are cargo's

Exits as cargo does. Reads the standard output alone: what tests write to standard error may come in the middle of a line.
"""
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

TEST = re.compile(r"test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)")
DETAILS = re.compile(r"^---- (.+?) stdout ----\n(.*?)(?=^---- |^(?:failures|successes):$|\Z)", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"     Running (?:\S+ )?(\S+) \(.*\)|   Doc-tests (\S+)")


def suites(output):
    """The output of each test program, named in the order cargo ran them."""
    return re.split(r"^running \d+ tests?$", output, flags=re.MULTILINE)[1:]


def case(suite, name, result, details):
    element = ElementTree.Element("testcase", classname=suite, name=name)
    if result == "FAILED":
        ElementTree.SubElement(element, "failure", message="failed").text = details.get(name, "")
    elif result == "ignored":
        ElementTree.SubElement(element, "skipped")
    elif name in details:  # cargo was called with `-- --show-output`
        ElementTree.SubElement(element, "system-out").text = details[name]
    return element


def report(output, programs):
    root = ElementTree.Element("testsuite", name="cargo test")
    for index, text in enumerate(suites(output)):
        suite = programs[index] if index < len(programs) else f"program {index + 1}"
        details = dict(DETAILS.findall(text))
        for line in text.splitlines():
            found = TEST.match(line)
            if found:
                root.append(case(suite, found[1], found[2], details))
    return root


def main(xml, arguments):
    run = subprocess.run(["cargo", "test", *arguments], capture_output=True, text=True, errors="replace")
    sys.stderr.write(run.stderr)
    sys.stdout.write(run.stdout)
    programs = [found[1] or f"doc {found[2]}" for found in PROGRAM.finditer(run.stderr)]
    ElementTree.ElementTree(report(run.stdout, programs)).write(xml, encoding="unicode")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
