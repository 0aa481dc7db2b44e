"""Puts event loops under the probe and takes them out again."""
import asyncio
import itertools
import selectors
import sys
import threading
import weakref

from . import _native

_MILLISECOND = 1_000_000
_numbers = itertools.count(1)
_watched = weakref.WeakKeyDictionary()  # event loop -> WatchedLoop
_lock = threading.Lock()
_ended_polls = 0
_original_run_forever = {}


class WatchedLoop:
    """One event loop under the probe. Holds what `remove` needs to leave the loop as it was."""

    def __init__(self, loop, threshold_ms, name):
        self.native = _native.Loop(name or f"asyncio-{next(_numbers)}", round((threshold_ms or 0) * _MILLISECOND))
        self._replaced = []
        self._running_wrapped = False
        self._hook(loop)
        for method in ("run_forever", "stop", "close"):
            self._replace(loop, method, getattr(self, f"_{method}")(weakref.ref(loop), getattr(loop, method)))

    def _hook(self, loop):
        selector = getattr(loop, "_selector", None)
        if hasattr(selector, "select"):
            self._replace(selector, "select", self._select_hook(selector))
        elif type(loop).__module__.split(".")[0] == "uvloop":
            import uvloop.loop

            self.native.uv_hook(uvloop.loop.libuv_get_loop_t_ptr(loop), uvloop.loop.__file__)
        else:
            raise TypeError(
                f"clearway_probe cannot watch a loop of type {type(loop).__module__}.{type(loop).__qualname__}: "
                "only asyncio's selector loops and uvloop"
            )

    def _select_hook(self, selector):
        if type(selector) is getattr(selectors, "EpollSelector", None) and "select" not in vars(selector):
            try:
                return self.native.wrap_epoll(selector)
            except (AttributeError, TypeError):
                pass  # not CPython's own: no knowledge of its insides then
        return self.native.wrap_select(selector.select)

    def _replace(self, owner, name, value):
        setattr(owner, name, value)
        self._replaced.append((weakref.ref(owner), name, value))

    def _run_forever(self, loop, original):
        def run_forever():
            self.native.attach()
            self._running_wrapped = True
            self.native.begin()
            try:
                return original()
            finally:
                self._running_wrapped = False
                self.native.detach()

        return run_forever

    def _stop(self, loop, original):
        def stop():
            # Installed by a callback of the running loop: nothing else says that the loop's run is over.
            if not self._running_wrapped:
                self.native.idle()
            return original()

        return stop

    def _close(self, loop, original):
        def close():
            uninstall(loop())
            return original()

        return close

    def start_here(self):
        """The loop is running, and this is its thread: the callback that calls is part of a poll."""
        self.native.attach()
        self.native.begin()

    def remove(self):
        self.native.uv_unhook()
        for owner, name, value in reversed(self._replaced):
            owner = owner()
            if owner is not None and vars(owner).get(name) is value:
                delattr(owner, name)
        self.native.detach()


def _running_loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def watched(loop):
    """The WatchedLoop of an event loop, or None."""
    return _watched.get(loop)


def start_watchdog(threshold_ms=None, jsonl=None, prometheus=None, trace=None):
    """Starts the watchdog unless it runs. True if this call started it."""
    with _lock:
        if _native.installation()["running"]:
            if jsonl or prometheus or trace:
                raise RuntimeError("clearway_probe runs already: outputs are chosen by the first install()")
            return False
        paths = (None if path is None else str(path) for path in (jsonl, prometheus, trace))
        _native.start(round((threshold_ms or 0) * _MILLISECOND), *paths)
        return True


def install(loop=None, threshold_ms=None, *, name=None, jsonl=None, prometheus=None, trace=None):
    """Watches an asyncio or uvloop event loop: from here on every iteration is timed.

    loop: default is the running one. A loop that runs already can only be watched from its own thread.
    threshold_ms: a longer iteration is a stall. Default 50, or CLEARWAY_PROBE_THRESHOLD_MS.
    jsonl, prometheus, trace: files to write; only with the first call, which starts the watchdog.
    A second call for the same loop changes its threshold. Raises RuntimeError, TypeError or OSError; then nothing changed.
    """
    if threshold_ms is not None and not threshold_ms > 0:
        raise ValueError("threshold_ms must be positive")
    running = _running_loop()
    loop = loop if loop is not None else running
    if loop is None:
        raise RuntimeError("clearway_probe.install() needs a loop: call it inside a coroutine, or pass one")
    if loop.is_closed():
        raise RuntimeError("clearway_probe.install(): the event loop is closed")
    if loop.is_running() and loop is not running:
        raise RuntimeError("clearway_probe.install(): this loop runs on another thread; call it there "
                           "(loop.call_soon_threadsafe(clearway_probe.install))")
    _watch(loop, running, threshold_ms, name, dict(jsonl=jsonl, prometheus=prometheus, trace=trace))


def _watch(loop, running, threshold_ms, name, outputs):
    known = _watched.get(loop)
    if known is not None:
        start_watchdog(None, **outputs)
        if threshold_ms is not None:
            known.native.set_threshold(round(threshold_ms * _MILLISECOND))
        return
    start_watchdog(threshold_ms, **outputs)
    new = _watched[loop] = WatchedLoop(loop, threshold_ms, name)
    if loop is running:
        new.start_here()


def uninstall(loop=None):
    """Leaves the loop as it was before install(). Without effect on a loop that is not watched."""
    global _ended_polls
    loop = loop if loop is not None else _running_loop()
    known = _watched.pop(loop, None) if loop is not None else None
    if known is not None:
        known.remove()
        _ended_polls += known.native.snapshot()["polls"]


def _loop_classes():
    yield asyncio.base_events.BaseEventLoop
    uvloop = sys.modules.get("uvloop")
    if uvloop is not None:
        yield uvloop.Loop


def _watching_run_forever(original, threshold_ms):
    def run_forever(loop):
        if _watched.get(loop) is None:
            try:
                _watch(loop, None, threshold_ms, None, {})
            except TypeError:
                return original(loop)  # a kind of loop that cannot be watched runs as ever
            return loop.run_forever()
        return original(loop)

    return run_forever


def install_everywhere(threshold_ms=None, *, jsonl=None, prometheus=None, trace=None):
    """Watches every event loop that starts to run from here on (loops of uvloop, if it is imported by then).

    For servers whose own code is not to be touched: call it before what starts them. The arguments are those of install().
    """
    start_watchdog(threshold_ms, jsonl=jsonl, prometheus=prometheus, trace=trace)
    for kind in _loop_classes():
        if kind not in _original_run_forever:
            _original_run_forever[kind] = vars(kind).get("run_forever")
            kind.run_forever = _watching_run_forever(kind.run_forever, threshold_ms)


def uninstall_everywhere():
    """Undoes install_everywhere() for loops that start later."""
    while _original_run_forever:
        kind, original = _original_run_forever.popitem()
        if original is None:
            del kind.run_forever
        else:
            kind.run_forever = original


def total_polls():
    """Polls of all loops that are or were watched."""
    return _ended_polls + sum(known.native.snapshot()["polls"] for known in list(_watched.values()))


def snapshot(loop=None):
    """Counts, causes and quantiles of a loop, as a dictionary; without one, a list of them for all watched loops.

    Raises RuntimeError when the loop is not watched.
    """
    if loop is None:
        return [known.native.snapshot() for known in list(_watched.values())]
    known = _watched.get(loop)
    if known is None:
        raise RuntimeError("clearway_probe: this loop is not watched; call clearway_probe.install(loop) first")
    return known.native.snapshot()
