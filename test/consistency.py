"""Asserts that checks, their pages and their tests agree.

    consistency.py PROJECT_ROOT

A check is three files of one name: checks/<name>.cpp, docs/checks/<name>.md, test/checks/<name>.test. Prints every disagreement
and exits 1 if there is any.
"""
import re
import sys
from pathlib import Path

REGISTRATION = re.compile(r"^CLEARWAY_CHECK(?:_FULL)?\((\w+),\s*\"([^\"]+)\"", re.MULTILINE)
SECTIONS = ["Why", "Bad", "Good"]


def check_names(root):
    """Registered name by source file; what registers nothing is shared code."""
    for file in sorted((root / "checks").glob("*.cpp")):
        for _, name in REGISTRATION.findall(file.read_text()):
            yield file, name


def name_disagreements(root):
    registered = list(check_names(root))
    names = {name for _, name in registered}
    if not names:
        yield "no check registers itself"
    for file, name in registered:
        if file.stem != name:
            yield f"{file.name} registers {name}; a check's file has the check's name"
    for folder, suffix in (("docs/checks", ".md"), ("test/checks", ".test")):
        there = {file.stem for file in (root / folder).glob("*" + suffix)}
        yield from (f"{folder}/{name}{suffix} is missing" for name in sorted(names - there))
        yield from (f"{folder}/{name}{suffix} belongs to no check" for name in sorted(there - names))


def page_disagreements(file):
    lines = file.read_text().splitlines()
    where = f"docs/checks/{file.name}"
    if lines[:1] != [f"# {file.stem}"]:
        yield f"{where}:1: begins with `# {file.stem}`"
    summary = next((line for line in lines[1:] if line.strip()), "")
    if summary.startswith("#") or not summary:
        yield f"{where}:2: a sentence that says what the check reports comes before the first section"
    headings = [line[3:].split(":")[0].strip() for line in lines if line.startswith("## ")]
    yield from (f"{where}: has no section `## {section}`" for section in SECTIONS if section not in headings)


def disagreements(root):
    yield from name_disagreements(root)
    for file in sorted((root / "docs/checks").glob("*.md")):
        yield from page_disagreements(file)
    for file in sorted((root / "test/checks").glob("*.test")):
        if "RUN:" not in file.read_text():
            yield f"test/checks/{file.name}: runs nothing"


if __name__ == "__main__":
    found = list(disagreements(Path(sys.argv[1])))
    print("\n".join(found) or "checks, pages and tests agree")
    sys.exit(bool(found))
