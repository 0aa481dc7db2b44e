"""The stand-in for asyncio's selector answers as the selector itself does."""
import asyncio
import os
import re
import selectors
import signal
import socket
import time

import pytest

import clearway_probe
from clearway_probe import _native


@pytest.fixture
def selector():
    with selectors.EpollSelector() as made:
        yield made


def both(selector, *arguments):
    """What the selector says and what the stand-in says."""
    hook = _native.Loop("selector", 10**9).wrap_epoll(selector)
    return selector.select(*arguments), hook(*arguments)


@pytest.mark.parametrize("timeout", [0, -1, 0.0, 0.001, 0.0001, True])
def test_nothing_registered(selector, timeout):
    assert both(selector, timeout) == ([], [])


def test_readable_and_writable(selector):
    left, right = socket.socketpair()
    with left, right:
        selector.register(left, selectors.EVENT_READ | selectors.EVENT_WRITE, data="left")
        selector.register(right, selectors.EVENT_READ, data="right")
        right.send(b"x")
        theirs, ours = both(selector, 0)
        assert theirs == ours
        assert [(key.data, events) for key, events in ours] == [("left", 3)]
        assert type(ours[0][0]) is selectors.SelectorKey


@pytest.mark.parametrize("wanted", [selectors.EVENT_READ, selectors.EVENT_WRITE, 3])
def test_a_hang_up_is_ready_for_what_was_asked(selector, wanted):
    left, right = socket.socketpair()
    with left:
        selector.register(left, wanted)
        right.close()
        theirs, ours = both(selector, None)
        assert theirs == ours and ours[0][1] == wanted


def test_more_events_than_before(selector):
    hook = _native.Loop("selector", 10**9).wrap_epoll(selector)
    assert hook(0) == []
    ends = [os.pipe() for _ in range(200)]
    for read, write in ends:
        selector.register(read, selectors.EVENT_READ)
        os.write(write, b"x")
    assert len(hook(0)) == 200 and sorted(hook(0)) == sorted(selector.select(0))
    for end in ends:
        os.close(end[0]), os.close(end[1])


def test_waits_as_long_as_asked_and_rounds_up(selector):
    hook = _native.Loop("selector", 10**9).wrap_epoll(selector)
    for timeout in (0.02, 0.0105):
        begin = time.monotonic()
        assert hook(timeout) == []
        assert time.monotonic() - begin >= timeout


def test_a_signal_does_not_shorten_the_wait(selector):
    hook, seen = _native.Loop("selector", 10**9).wrap_epoll(selector), []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        begin = time.monotonic()
        assert hook(0.2) == []
        assert time.monotonic() - begin >= 0.2 and len(seen) > 2
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("error, passes", [(KeyboardInterrupt, True), (InterruptedError, False)])
def test_what_a_signal_handler_raises(selector, error, passes):
    def handler(*_):
        raise error

    hook = _native.Loop("selector", 10**9).wrap_epoll(selector)
    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        if passes:
            with pytest.raises(error):
                hook(None)
        else:  # as in selectors: an empty answer
            assert hook(None) == []
    finally:
        signal.signal(signal.SIGALRM, before)


def test_bad_timeouts_and_a_closed_selector():
    selector = selectors.EpollSelector()
    hook = _native.Loop("selector", 10**9).wrap_epoll(selector)
    with pytest.raises(TypeError):
        hook("soon")
    with pytest.raises(TypeError):
        hook(1, 2)
    selector.close()
    with pytest.raises(ValueError):
        hook(0)


def test_selectors_of_other_kinds_are_called():
    class Counting(selectors.EpollSelector):
        calls = 0

        def select(self, timeout=None):
            Counting.calls += 1
            return super().select(timeout)

    async def main():
        clearway_probe.install(threshold_ms=1000)
        await asyncio.sleep(0.01)
        return clearway_probe.snapshot(asyncio.get_running_loop())["polls"]

    for make in (Counting, selectors.PollSelector, selectors.SelectSelector):
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(make())) as runner:
            assert runner.run(main()) >= 1
    clearway_probe.stop()
    assert Counting.calls > 0


def hold_the_gil():
    """In a worker: tenths of a second in a C function that never lets the GIL go."""
    time.sleep(0.02)
    re.match("(a+)+$", "a" * 22 + "b")


def test_waiting_for_the_gil_is_a_stall():
    """The work is off the loop, and still nothing else in the interpreter can run: the loop's wait is over, it wants the GIL."""
    async def main():
        clearway_probe.install(threshold_ms=20)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, int)  # the thread is there
        for _ in range(3):
            worker = loop.run_in_executor(None, hold_the_gil)
            while not worker.done():
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        return clearway_probe.snapshot(loop), clearway_probe.stalls()

    counts, stalls = asyncio.run(main())
    clearway_probe.stop()
    assert counts["stalls"] >= 1 and counts["raw"]["max_ns"] > 20e6
    functions = [[frame["function"] for frame in stall["frames"] if frame["kind"] == "python"]
                 for stall in stalls if stall["cause"] == "lock" and stall["detail"] == "gil"]
    named = [of for of in functions if "hold_the_gil" in of]
    assert named  # the culprit is on another thread
    assert all(of.index("hold_the_gil") < of.index("<the GIL is held above, waited for below>") for of in named)
    assert any(of[-1] == "<module>" or "_run_once" in " ".join(of) for of in named)
