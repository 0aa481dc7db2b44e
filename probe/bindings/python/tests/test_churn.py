"""Stacks of Python are read, as fast as they can be, while code, frames, threads and modules come and go."""
import asyncio
import gc
import importlib
import os
import sys
import threading
import time
from contextlib import contextmanager

import clearway_probe
from clearway_probe import _native

FULL = "CLEARWAY_PROBE_FULL" in os.environ
READS = 1_000_000 if FULL else 3_000


def deep(depth):
    if depth:
        return deep(depth - 1)
    end = time.monotonic() + 0.002
    while time.monotonic() < end:
        eval("[x for x in range(10)]")  # code objects that come and go


def generators(depth):
    yield from generators(depth - 1) if depth else (deep(0) for _ in range(1))


def stall(depth):
    try:
        deep(depth)
        list(generators(depth))
        raise ValueError
    except ValueError:
        pass


def churn(stop):
    threads = []
    while not stop.is_set():
        if len(threads) > 2:
            threads.pop(0).join()  # on a busy machine they would be hundreds
        threads.append(threading.Thread(target=deep, args=(3,)))
        threads[-1].start()
        sys.modules.pop("colorsys", None)
        importlib.import_module("colorsys")
        gc.collect()
        time.sleep(0.002)


@contextmanager
def everything_changing():
    stop, interval = threading.Event(), sys.getswitchinterval()
    other = threading.Thread(target=churn, args=(stop,))
    sys.setswitchinterval(0.0005)
    other.start()
    try:
        yield
    finally:
        stop.set()
        other.join()
        sys.setswitchinterval(interval)


def stall_until(stop):
    while not stop.is_set():
        for depth in range(0, 12, 3):
            stall(depth)


def test_a_million_reads_while_everything_changes():
    """A million with CLEARWAY_PROBE_FULL=1. What is read is the stack of a thread that is among what changes."""
    stop, began, reads, with_frames = threading.Event(), time.monotonic(), 0, 0
    busy = threading.Thread(target=stall_until, args=(stop,))
    with everything_changing():
        busy.start()
        try:
            while reads < READS:
                with_frames += _native.read_frames(busy.native_id, 1000)
                reads += 1000
        finally:
            stop.set()
            busy.join()
    print(f"\nmeasured: {reads} reads of Python stacks while everything changed, no crash: {with_frames} with frames, "
          f"in {time.monotonic() - began:.0f} s")
    assert reads >= READS and with_frames > reads * 0.95


def test_threads_that_end_while_they_are_read():
    found = []
    for _ in range(20):
        ready, end = threading.Event(), threading.Event()
        thread = threading.Thread(target=lambda: (ready.set(), end.wait()))
        thread.start()
        ready.wait()
        reader = threading.Thread(target=lambda: found.append(_native.read_frames(thread.native_id, 3000)))
        reader.start()
        end.set()  # ends while it is read
        thread.join()
        reader.join()
    assert len(found) == 20 and min(found) < 3000


def test_stalls_while_everything_changes():
    async def main():
        clearway_probe.install(threshold_ms=1)
        end = time.monotonic() + (60 if FULL else 3)
        while time.monotonic() < end:
            for depth in range(0, 12, 3):
                stall(depth)
                await asyncio.sleep(0)
        return clearway_probe.snapshot(asyncio.get_running_loop())

    try:
        with everything_changing():
            counts = asyncio.run(main())
    finally:
        clearway_probe.stop()
    assert counts["stalls"] > 20 and counts["reports"] + counts["suppressed"] > 0
