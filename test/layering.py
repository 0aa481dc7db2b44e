"""Holds every #include to the order of the layers.

    layering.py PROJECT_ROOT

A file may include its own layer's headers and those of the layers that its layer is allowed below. Some libraries
belong to a few folders alone. Prints each violation as file:line and exits 1 if there is any.
"""
import posixpath
import re
import sys
from pathlib import Path

# What each layer may include, beside itself. The programs themselves (tool/*.cpp and tool/cli; tool/tidy) may include everything.
ALLOWED = {
    "concurrency": set(),
    "facts": set(),
    "source": {"facts"},
    "catalog": {"facts"},
    "pack": {"facts", "catalog"},
    "link": {"concurrency", "facts", "catalog"},
    "analysis": {"concurrency", "facts", "catalog", "link"},
    "report": {"facts", "source", "catalog", "link", "analysis"},
    "config": {"facts", "source", "catalog", "link", "analysis", "report"},
    "checks": {"facts", "catalog", "link", "analysis", "report"},
    "runtime": {"facts", "source", "catalog", "link", "analysis", "report"},
    "cache": {"facts"},
    "frontend": {"concurrency", "facts", "catalog", "link"},
}

# Headers that only these folders may include.
RESERVED = {
    "clang/": ("tool/frontend/cpp/", "tool/tidy/"),
    "llvm/": ("tool/frontend/cpp/", "tool/tidy/", "tool/runtime/llvm/"),
    "clang-tidy/": ("tool/tidy/",),
    "tree_sitter/": ("tool/frontend/treesitter/",),
    "nlohmann/": ("tool/report/", "tool/runtime/json/"),
    "yaml-cpp/": ("tool/catalog/", "tool/config/"),
    "CLI/": ("tool/cli/",),
}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer_of(path):
    """The layer a source file belongs to; None for the program itself and for what is not analysed code."""
    parts = Path(path).parts
    if parts[0] == "checks":
        return "checks"
    if parts[0] == "tool" and len(parts) > 2 and parts[1] not in ("cli", "tidy"):
        return parts[1]
    return None


def target_of(header, including):
    """The project-relative path that a quoted include names."""
    first = header.split("/")[0]
    if first == "checks" or header.startswith("tool/"):
        return header
    if first in ALLOWED:
        return "tool/" + header
    return posixpath.normpath(posixpath.join(posixpath.dirname(including), header))


def include_violation(path, kind, header):
    """Why `path` may not include `header`, or None."""
    for prefix, homes in RESERVED.items():
        if header.startswith(prefix) and not path.startswith(homes):
            return f"<{header}> belongs to {' and '.join(homes)} alone"
    layer = layer_of(path)
    if kind == "<" or layer is None:
        return None
    target = layer_of(target_of(header, path))
    if target is None:
        return f'"{header}" is part of the program, not of a layer' if target_of(header, path).count("/") == 1 else None
    if target != layer and target not in ALLOWED[layer]:
        return f'{layer} may not include {target} ("{header}")'
    return None


def violations(root):
    for folder in ("tool", "checks"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text().splitlines(), 1):
                if match := INCLUDE.match(line):
                    if why := include_violation(path, *match.groups()):
                        yield f"{path}:{number}: {why}"


def self_test():
    """The rules have to be able to fail."""
    assert include_violation("tool/facts/A.cpp", '"', "link/Program.h")
    assert include_violation("tool/link/A.cpp", '"', "../analysis/Contexts.h")
    assert include_violation("checks/blocking-io.cpp", "<", "nlohmann/json.hpp")
    assert include_violation("tool/frontend/python/A.cpp", "<", "clang/AST/Decl.h")
    assert include_violation("tool/link/A.cpp", '"', "../Pipeline.h")
    assert not include_violation("tool/analysis/A.cpp", '"', "link/Program.h")
    assert include_violation("tool/frontend/cpp/A.cpp", '"', "clang-tidy/ClangTidyCheck.h")
    assert not include_violation("tool/frontend/cpp/A.cpp", "<", "clang/AST/Decl.h")
    assert not include_violation("tool/main.cpp", '"', "report/Sarif.h")


if __name__ == "__main__":
    self_test()
    found = list(violations(Path(sys.argv[1])))
    print("\n".join(found) or "every include goes down")
    sys.exit(bool(found))
