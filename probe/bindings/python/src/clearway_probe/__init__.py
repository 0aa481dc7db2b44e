"""Measures the stalls of asyncio and uvloop event loops and names the culprit."""
from . import _native
from ._loops import install, install_everywhere, snapshot, uninstall, uninstall_everywhere
from ._no_stall import NotMeasuredError, StallError, no_stall

__all__ = ["NotMeasuredError", "StallError", "install", "install_everywhere", "installation", "no_stall",
           "prometheus_text", "snapshot", "stalls", "stop", "uninstall", "uninstall_everywhere"]


def stalls():
    """Takes the stalls reported since the last call, oldest first, as dictionaries; at most the last 1,000.

    `frames` are innermost first: Python frames (function, file, line), then native ones (function, module, build_id, offset).
    """
    _native.flush()
    return _native.stalls()


def stop():
    """Stops the watchdog and completes the output files. Loops stay watched: counting goes on."""
    _native.stop()


def installation():
    """Whether stalls would be found, as a dictionary: `problem` says what is missing, in words, or is None."""
    return _native.installation()


def prometheus_text():
    """The metrics of all loops in Prometheus' text format, for a /metrics endpoint."""
    return _native.prometheus_text()
