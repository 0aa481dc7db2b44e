"""A stall is found, counted and named; a loop that never stalls stays silent."""
import asyncio
import json
import os
import re
import socket
import threading
import time

import pytest
import uvloop

import clearway_probe
from clearway_probe import NotMeasuredError, StallError, no_stall

LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]


def blocking_sleep():
    time.sleep(0.15)


def compute():
    end = time.monotonic() + 0.15
    while time.monotonic() < end:
        sum(range(100))


def wait_for_lock():
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(0.15, lock.release).start()
    lock.acquire()


def read_socket():
    here, there = socket.socketpair()
    with here, there:
        threading.Timer(0.15, there.send, [b"x"]).start()
        here.recv(1)


def hold_the_gil():
    sum(range(20_000_000))  # one call of C code, and no memory that pages would have to be found for


def match_badly():
    re.search("(a|aa)+$", "a" * 32 + "b")


CULPRITS = [blocking_sleep, compute, wait_for_lock, read_socket, hold_the_gil, match_badly]
CAUSES = {blocking_sleep: "syscall", compute: "on-cpu", wait_for_lock: "lock", read_socket: "syscall",
          hold_the_gil: "on-cpu", match_badly: "on-cpu"}


@pytest.fixture(autouse=True)
def stopped_afterwards():
    yield
    clearway_probe.stop()
    clearway_probe.stalls()  # reported since the test looked


def run(make_loop, coroutine):
    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(coroutine)


async def stall_once(function):
    clearway_probe.install(threshold_ms=50)
    clearway_probe.stalls()
    await asyncio.sleep(0.01)
    function()
    await asyncio.sleep(0.01)
    return clearway_probe.stalls()


@pytest.mark.parametrize("make_loop", LOOPS)
@pytest.mark.parametrize("culprit", CULPRITS)
def test_the_python_line_is_named(make_loop, culprit):
    stalls = run(make_loop, stall_once(culprit))
    worst = max(stalls, key=lambda stall: stall["duration_ns"])
    python = [frame for frame in worst["frames"] if frame["kind"] == "python"]
    mine = next(frame for frame in python if frame["function"] == culprit.__name__)
    first = culprit.__code__.co_firstlineno
    lines = {line for _, _, line in culprit.__code__.co_lines() if line}
    assert mine["file"] == __file__ and mine["line"] in lines - {first}
    assert worst["cause"] in (CAUSES[culprit], "starved")  # a busy machine takes the core away
    # A thread that a busy machine keeps from running does not receive the signal: then a note says so.
    assert any(frame["kind"] == "native" for frame in worst["frames"]) or worst["note"]


@pytest.mark.parametrize("make_loop", LOOPS)
def test_loops_that_start_later_are_recorded(make_loop, tmp_path):
    async def main():
        await asyncio.sleep(0.01)
        blocking_sleep()
        await asyncio.sleep(0.01)

    clearway_probe.install_everywhere(threshold_ms=50, jsonl=tmp_path / "records.jsonl")
    try:
        run(make_loop, main())
    finally:
        clearway_probe.uninstall_everywhere()
        clearway_probe.stop()
    records = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text().splitlines()]
    assert [record["type"] for record in (records[0], records[-1])] == ["start", "stop"]
    assert any(record["type"] == "stall" and record["duration_ns"] >= 150_000_000 for record in records)
    assert sum(record["stalls"] for record in records if record["type"] == "loop" and record["final"]) >= 1


@pytest.mark.parametrize("make_loop", LOOPS)
def test_a_loop_that_never_stalls_is_silent_and_counted(make_loop):
    async def main():
        clearway_probe.install(threshold_ms=1000)
        before = clearway_probe.snapshot(asyncio.get_running_loop())
        for _ in range(500):
            await asyncio.sleep(0)
        return before, clearway_probe.snapshot(asyncio.get_running_loop()), clearway_probe.stalls()

    before, after, stalls = run(make_loop, main())
    assert 500 <= after["polls"] - before["polls"] <= 505
    assert after["stalls"] == 0 and stalls == []


@pytest.mark.parametrize("make_loop", LOOPS)
def test_every_stall_is_counted(make_loop):
    async def main():
        clearway_probe.install(threshold_ms=20)
        for _ in range(10):
            await asyncio.sleep(0)
            time.sleep(0.025)
        await asyncio.sleep(0)
        return clearway_probe.snapshot(asyncio.get_running_loop())

    assert run(make_loop, main())["stalls"] >= 10


@pytest.mark.parametrize("make_loop", LOOPS)
def test_waiting_for_events_is_no_stall(make_loop):
    async def main():
        async with no_stall(max_ms=60):
            await asyncio.sleep(0.3)

    run(make_loop, main())


@pytest.mark.parametrize("make_loop", LOOPS)
def test_no_stall_names_the_culprit(make_loop):
    async def main():
        async with no_stall(max_ms=50):
            await asyncio.sleep(0)
            blocking_sleep()

    with pytest.raises(StallError, match="blocking_sleep") as caught:
        run(make_loop, main())
    assert caught.value.worst_ms >= 150 and caught.value.cause == "syscall"


def test_no_stall_around_a_run_and_as_a_decorator():
    @no_stall(max_ms=50)
    def bad():
        asyncio.run(asyncio.to_thread(blocking_sleep))
        asyncio.run(stall())

    async def stall():
        blocking_sleep()

    @no_stall(max_ms=200)
    def good():
        asyncio.run(asyncio.to_thread(blocking_sleep))

    good()
    with pytest.raises(StallError, match="blocking_sleep"):
        bad()


def test_an_assertion_that_measured_nothing_fails():
    with pytest.raises(NotMeasuredError):
        with no_stall(max_ms=50):
            pass


def test_the_body_s_exception_wins():
    async def main():
        async with no_stall(max_ms=50):
            blocking_sleep()
            raise KeyError("mine")

    with pytest.raises(KeyError):
        asyncio.run(main())


def test_records_are_json_lines(tmp_path):
    async def main():
        clearway_probe.install(threshold_ms=50, jsonl=tmp_path / "stalls.jsonl")
        blocking_sleep()
        await asyncio.sleep(0)

    asyncio.run(main())
    clearway_probe.stop()
    records = [json.loads(line) for line in (tmp_path / "stalls.jsonl").read_text().splitlines()]
    assert any("blocking_sleep" in json.dumps(record) for record in records if record["type"] == "stall")


def test_prometheus_text():
    async def main():
        clearway_probe.install(name="front door")
        await asyncio.sleep(0)
        return clearway_probe.prometheus_text()

    assert 'loop="front door"' in asyncio.run(main())


# ---- What is wrong is said, and harms nothing ----


def test_without_a_loop():
    with pytest.raises(RuntimeError, match="needs a loop"):
        clearway_probe.install()


def test_a_closed_loop():
    loop = asyncio.new_event_loop()
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        clearway_probe.install(loop)


def test_a_loop_of_another_thread():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    while not loop.is_running():
        time.sleep(0.001)
    with pytest.raises(RuntimeError, match="another thread"):
        clearway_probe.install(loop)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_loop_that_is_not_watched_has_no_snapshot():
    loop = asyncio.new_event_loop()
    with pytest.raises(RuntimeError, match="not watched"):
        clearway_probe.snapshot(loop)
    loop.close()


def test_an_output_that_cannot_be_written(tmp_path):
    async def main():
        with pytest.raises(OSError):
            clearway_probe.install(jsonl=tmp_path / "no" / "such" / "folder")
        clearway_probe.install()

    asyncio.run(main())


@pytest.mark.parametrize("make_loop", LOOPS)
def test_installing_twice_and_uninstalling(make_loop):
    async def main():
        loop = asyncio.get_running_loop()
        before = dict(vars(loop))
        clearway_probe.install(threshold_ms=1000)
        clearway_probe.install(threshold_ms=50)
        await asyncio.sleep(0)
        clearway_probe.uninstall()
        clearway_probe.uninstall()
        assert dict(vars(loop)) == before
        await asyncio.sleep(0)

    run(make_loop, main())


def test_a_forked_child_runs_on():
    async def main():
        clearway_probe.install()
        await asyncio.sleep(0)
        child = os.fork()
        if child == 0:
            blocking_sleep()
            os._exit(1 if clearway_probe.installation()["running"] else 0)
        return os.waitpid(child, 0)[1]

    assert asyncio.run(main()) == 0


def test_the_time_between_runs_is_no_stall():
    loop = asyncio.new_event_loop()
    clearway_probe.install(loop, threshold_ms=50)
    loop.run_until_complete(asyncio.sleep(0))
    time.sleep(0.1)
    loop.run_until_complete(asyncio.sleep(0))
    assert clearway_probe.snapshot(loop)["stalls"] == 0
    loop.close()
