"""Stacks of Python are read, thousands in a second, while code, frames, threads and modules come and go."""
import asyncio
import gc
import importlib
import os
import sys
import threading
import time

import pytest

import clearway_probe
from clearway_probe import StallError, no_stall

WANTED, SECONDS = (1_000_000, 3600) if "CLEARWAY_PROBE_FULL" in os.environ else (2_000, 60)
LIMIT_MS = 0.1


def deep(depth):
    if depth:
        return deep(depth - 1)
    end = time.monotonic() + 0.001
    while time.monotonic() < end:
        eval("[x for x in range(10)]")  # code objects that come and go


def generators(depth):
    yield from generators(depth - 1) if depth else (deep(0) for _ in range(1))


def churn(stop):
    while not stop.is_set():
        threading.Thread(target=deep, args=(3,)).start()
        sys.modules.pop("colorsys", None)
        importlib.import_module("colorsys")
        gc.collect()
        time.sleep(0.002)


def captured():
    installation = clearway_probe.installation()
    return installation["python_captures"], installation["python_captures_with_frames"]


async def stalls_until_captured(wanted):
    end = time.monotonic() + SECONDS
    while captured()[0] < wanted and time.monotonic() < end:
        for depth in range(0, 60, 7):
            try:
                deep(depth)
                list(generators(depth))
                raise ValueError
            except ValueError:
                await asyncio.sleep(0)


def raise_priority(priority):
    """Of the calling thread, and of those it starts; as far as permitted. Other programs then take no time from the test."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(priority))
    except PermissionError:
        pass


@pytest.fixture
def watchdog():
    """At a higher priority than the loop it looks at, which hands over the interpreter's lock often."""
    policy, parameter, interval = os.sched_getscheduler(0), os.sched_getparam(0), sys.getswitchinterval()
    raise_priority(2)
    clearway_probe._loops.start_watchdog(LIMIT_MS)
    raise_priority(1)
    sys.setswitchinterval(0.0002)
    yield
    clearway_probe.stop()
    sys.setswitchinterval(interval)
    os.sched_setscheduler(0, policy, parameter)


def test_captures_while_everything_changes(watchdog):
    async def main():
        async with no_stall(max_ms=LIMIT_MS):  # in a scope every stall is looked at, whatever the limit of reports
            await stalls_until_captured(before[0] + WANTED)

    before, began, stop = captured(), time.monotonic(), threading.Event()
    other = threading.Thread(target=churn, args=(stop,))
    other.start()
    try:
        with pytest.raises(StallError, match="deep"):
            asyncio.run(main())
    finally:
        stop.set()
        other.join()
    captures, with_frames = (now - then for now, then in zip(captured(), before))
    print(f"\nmeasured: {captures} reads of Python stacks while everything changed, no crash: "
          f"{with_frames} with frames, in {time.monotonic() - began:.0f} s")
    assert captures >= WANTED
    assert with_frames >= captures * 0.9
