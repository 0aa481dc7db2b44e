"""Holds the names of the standard library's entries to what the running Python has.

    stdlib_names.py NAMES

NAMES has one entry a line: `where name`, and `property` after it for properties. One key of a catalogue file may
describe members of several related types; at least one of these must have the member. Modules that this Python lacks
are passed over: they come and go between versions. Prints each name that is not there and exits 1 if there is any.
"""
import builtins
import collections
import importlib
import select
import sys
import warnings

# Of other operating systems, or made by C code that shows only its objects.
ELSEWHERE = {
    "asyncio.EventLoop", "asyncio.ProactorEventLoop", "selectors.KqueueSelector", "select.kqueue", "os.startfile",
    "os.listdrives", "os.chflags", "hashlib.HASH", "zlib.Compress", "zlib.Decompress", "select.epoll", "_thread.lock",
}
# What a function gives is known better than its class says.
NAMES_OF_RESULTS = {"concurrent.futures.as_completed.Future"}
# Members that the oldest Python running this test may not have.
SINCE = {
    (3, 11): {"asyncio.TaskGroup", "asyncio.Runner", "asyncio.Barrier", "asyncio.timeout", "asyncio.timeout_at",
              "hashlib.file_digest", "StreamWriter.start_tls", "Task.uncancel", "Task.cancelling"},
    (3, 12): {"Path.is_junction", "Path.walk", "Path.with_segments", "PurePath.with_segments", "Task.get_context"},
    (3, 13): {"Queue.shutdown", "PurePath.full_match", "Server.close_clients", "Server.abort_clients"},
    (3, 14): {"Path.copy", "Path.copy_into", "Path.move", "Path.move_into"},
}
# Attributes that objects have and their classes have not.
OF_OBJECTS = ("subprocess.Popen.std", "asyncio.subprocess.Process.std", "threading.Condition.", "asyncio.Condition.",
              "multiprocessing.context.BaseContext.Process", "multiprocessing.managers.SyncManager.shutdown")


def module_of(name):
    """The module that a name belongs to and the rest of the name; None if this Python has no such module."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            return importlib.import_module(".".join(parts[:length])), parts[length:]
        except ImportError:
            continue
    return (builtins, parts) if hasattr(builtins, parts[0]) else None


def is_there(name):
    """Whether the name can be reached; True if this Python lacks the whole module."""
    found = module_of(name)
    if found is None:
        return name.split(".")[0] not in sys.stdlib_module_names
    value, rest = found
    for part in rest:
        value = value() if value is getattr(select, "poll", None) else value  # a function that stands for its type
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


def is_excused(name):
    if any((name + ".").startswith(other + ".") for other in ELSEWHERE | NAMES_OF_RESULTS) or name.startswith(OF_OBJECTS):
        return True
    younger = [names for since, names in SINCE.items() if sys.version_info < since]
    return any(("." + name + ".").find("." + other + ".") >= 0 for names in younger for other in names)


def groups(lines):
    """The names by the key that describes them: its place and the last part of the name."""
    keys = collections.defaultdict(list)
    for line in lines:
        where, name, *flags = line.split()
        if "property" not in flags:
            name = name.removesuffix(".*")
            keys[where, name.rsplit(".", 1)[-1]].append(name)
    return keys


def missing(lines):
    for (where, _), names in groups(lines).items():
        if not any(is_excused(name) or is_there(name) for name in names):
            yield f"{where}: no `{names[0]}` in Python {sys.version.split()[0]}"


def self_test():
    assert is_there("os.path.join") and not is_there("os.path.jion") and is_there("print")
    assert list(missing(["a:1 os.flock"]))
    assert not list(missing(["a:2 str.tobytes", "a:2 memoryview.tobytes"]))


if __name__ == "__main__":
    if sys.version_info < (3, 10):
        sys.exit("this needs Python 3.10 or newer")
    warnings.simplefilter("ignore")
    self_test()
    with open(sys.argv[1]) as file:
        found = list(missing(file))
    print("\n".join(found) or "every name is there")
    sys.exit(bool(found))
