"""Assertions: nothing in here keeps an event loop from running for longer than a limit."""
import functools
import inspect

from . import _loops, _native


class StallError(AssertionError):
    """An event loop was kept from running. The message names the culprit.

    worst_ms: the longest stall; stalls: how many; cause: of the worst, as in every output of the probe.
    """

    def __init__(self, result, limit_ms):
        super().__init__(f"the event loop stalled: {result['summary']}")
        self.worst_ms = result["worst_ns"] / 1e6
        self.stalls = result["stalls"]
        self.cause = result["cause"]
        self.limit_ms = limit_ms


class NotMeasuredError(RuntimeError):
    """No event loop was seen: an assertion that measured nothing must not pass."""


class no_stall:
    """`async with no_stall(max_ms=50)`, `with no_stall(max_ms=50)` or `@no_stall(max_ms=50)`.

    Raises StallError if a loop was kept from running for longer than max_ms meanwhile. Inside a running loop that loop is
    meant, and it is watched for as long as the scope is open if it was not before; elsewhere all loops that start in the
    scope. An exception from the body wins. allow_unmeasured: no error when no loop ran at all.
    """

    def __init__(self, max_ms=50, *, allow_unmeasured=False):
        if not max_ms > 0:
            raise ValueError("max_ms must be positive")
        self.max_ms = max_ms
        self.allow_unmeasured = allow_unmeasured

    def __enter__(self):
        self._loop = _loops._running_loop()
        self._stops = _loops.start_watchdog(self.max_ms)
        self._watches = self._loop is not None and _loops.watched(self._loop) is None
        self._everywhere = self._loop is None and not _loops._original_run_forever
        if self._watches:
            _loops.install(self._loop)
        if self._everywhere:
            _loops.install_everywhere()
        native = _loops.watched(self._loop).native if self._loop is not None else None
        self._polls = _loops.total_polls()
        self._scope = _native.scope_begin(native, round(self.max_ms * 1e6))
        return self

    def __exit__(self, kind, error, traceback):
        result = _native.scope_end(self._scope)
        polls = _loops.total_polls() - self._polls
        self._clean_up()
        if kind is None:
            self._judge(result, polls)
        return False

    def _clean_up(self):
        if self._watches:
            _loops.uninstall(self._loop)
        if self._everywhere:
            _loops.uninstall_everywhere()
        if self._stops:
            _native.stop()

    def _judge(self, result, polls):
        if result["status"] == _native.E_STALLED:
            raise StallError(result, self.max_ms)
        # A loop that came and went in the scope is known by its polls alone.
        if result["status"] in (_native.E_NOT_ATTACHED, _native.E_NEVER_POLLED) and polls == 0:
            if not self.allow_unmeasured:
                raise NotMeasuredError(f"no_stall measured nothing: {result['text']}")

    async def __aenter__(self):
        return self.__enter__()

    async def __aexit__(self, *error):
        return self.__exit__(*error)

    def __call__(self, function):
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def checked(*arguments, **named):
                with no_stall(self.max_ms, allow_unmeasured=self.allow_unmeasured):
                    return await function(*arguments, **named)
        else:

            @functools.wraps(function)
            def checked(*arguments, **named):
                with no_stall(self.max_ms, allow_unmeasured=self.allow_unmeasured):
                    return function(*arguments, **named)

        return checked
