"""Validates SARIF files twice: with the SARIF SDK's own rules, and against the JSON schema that the SDK carries.

    sarif_validate.py FILE...

Prints every error and warning and exits 1 if there is any. SARIF2006 is left out: it opens the addresses that
a file names, and tests have no network. The schema is a check of its own because one value outside an
enumeration makes the SDK find nothing at all.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
MULTITOOL = MODULES / "@microsoft/sarif-multitool-linux/Sarif.Multitool"
NEEDS_NETWORK = {"SARIF2006"}


def multitool_complaints(file):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.sarif"
        MULTITOOL.chmod(0o755)  # its package leaves that to an install script, and those do not run here
        run = subprocess.run(
            [MULTITOOL, "validate", file, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o", out,
             "--log", "ForceOverwrite"],
            capture_output=True, text=True, env={**os.environ, "DOTNET_EnableDiagnostics": "0"})
        if not out.exists():  # its exit code says nothing
            yield f"the multitool wrote no report (exit code {run.returncode}):\n{run.stdout}{run.stderr}"
            return
        report = json.loads(out.read_text(encoding="utf-8-sig"))
    for invocation in report["runs"]:
        for notification in invocation.get("invocations", [{}])[0].get("toolExecutionNotifications", []):
            if notification.get("level") == "error":
                yield f"multitool: {notification['message']['text']}"
        for result in invocation.get("results", []):
            if result.get("ruleId") not in NEEDS_NETWORK:
                yield f"{result.get('ruleId')}: {message_of(result, invocation)}"


def message_of(result, run):
    message = result["message"]
    if "text" in message:
        return message["text"]
    for rule in run["tool"]["driver"].get("rules", []):
        if rule["id"] == result["ruleId"]:
            text = rule["messageStrings"][message["id"]]["text"]
            for index, argument in enumerate(message.get("arguments", [])):
                text = text.replace(f"{{{index}}}", argument)
            return text
    return json.dumps(message)


def schema_complaints(file):
    run = subprocess.run(["node", ROOT / "test/sarif_schema.mjs", MODULES, file], capture_output=True, text=True)
    return (run.stdout + run.stderr).splitlines()


def complaints(file):
    text = Path(file).read_text(encoding="utf-8")
    if not text.startswith("{"):
        yield "does not begin with {"
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        yield f"is no JSON: {error}"
        return
    yield from schema_complaints(file)
    yield from multitool_complaints(file)


if __name__ == "__main__":
    found = [f"{file}: {complaint}" for file in sys.argv[1:] for complaint in complaints(file)]
    print("\n".join(found) or "valid")
    sys.exit(bool(found))
