"""Runs the examples of a check's page.

    pages.py CLEARWAY docs/checks/NAME.md

Under `## Bad` every example has to be reported by NAME, under `## Good` none may be. An example is a fenced block in python,
rust or cpp; blocks of a section whose info strings name a file (```python file=routes.py) are one example together. Where an
example has comments `expect: NAME`, exactly those lines have to be reported.
"""
import re
import sys
import tempfile
from pathlib import Path

import verify

SUFFIX = {"python": ".py", "rust": ".rs", "cpp": ".cpp"}
FENCE = re.compile(r"^```(python|rust|cpp)(?:\s+file=(\S+))?\s*$")


def examples(page):
    """(section, first line, {file name: text}) of every example under Bad and Good."""
    section, named, found = "", {}, []
    lines = iter(enumerate(page.read_text().splitlines(), 1))
    for number, line in lines:
        if line.startswith("## "):
            section, named = line[3:].split(":")[0].strip(), {}
        fence = FENCE.match(line)
        if not fence or section not in ("Bad", "Good"):
            continue
        text = "\n".join(body_of(lines)) + "\n"
        language, file = fence.groups()
        if not file:
            found.append((section, number, {"example" + SUFFIX[language]: text}))
        elif language in named:
            named[language][file] = text
        else:
            named[language] = {file: text}
            found.append((section, number, named[language]))
    return found


def body_of(lines):
    for _, line in lines:
        if line == "```":
            return
        yield line


def complaint(clearway, name, section, files):
    """What is wrong with one example, or None."""
    with tempfile.TemporaryDirectory() as folder:
        for file, text in files.items():
            target = Path(folder) / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        found = {(f, line): m for f, line, _, m in verify.reported(clearway, [f"--checks=-*,{name}"], [folder])}
        marked = {(f, line) for f, line, check in verify.expected([folder]) if check == name}
        if section == "Bad" and not found:
            return "nothing is reported"
        if section == "Good" and found:
            return "\n".join(found.values())
        if marked and marked != found.keys():
            return f"marked lines {sorted(l for _, l in marked)}, reported {sorted(l for _, l in found)}"
    return None


def main(clearway, page):
    found = examples(page)
    failed = False
    for section in ("Bad", "Good"):
        if not any(s == section for s, _, _ in found):
            print(f"{page}: no example under `## {section}`")
            failed = True
    for section, line, files in found:
        if why := complaint(clearway, page.stem, section, files):
            print(f"{page}:{line}: {section.lower()} example: {why}")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
