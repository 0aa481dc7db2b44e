"""Callbacks of sockets and descriptors are measured as well, whichever phase of the loop calls them."""
import asyncio
import socket
import threading
import time

import pytest
import uvloop

import clearway_probe

LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.fixture(autouse=True)
def stopped_afterwards():
    yield
    clearway_probe.stop()
    clearway_probe.stalls()  # reported since the test looked


def block(seconds):
    time.sleep(seconds)


class Receiver(asyncio.Protocol):
    def __init__(self, seconds, received):
        self.seconds, self.received = seconds, received

    def data_received(self, data):
        block(self.seconds)
        self.received.set_result(data)


async def receive_data(here, seconds):
    loop = asyncio.get_running_loop()
    received = loop.create_future()
    transport, _ = await loop.create_connection(lambda: Receiver(seconds, received), sock=here)
    await received
    transport.close()


async def read_when_ready(here, seconds):
    loop = asyncio.get_running_loop()
    received = loop.create_future()

    def readable():
        loop.remove_reader(here)
        block(seconds)
        received.set_result(here.recv(1))

    loop.add_reader(here, readable)
    await received


WAYS = [receive_data, read_when_ready]


def run(make_loop, coroutine):
    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(coroutine)


async def with_data(way, seconds, idle=0.05):
    """Data comes from another thread after `idle` seconds of waiting."""
    here, there = socket.socketpair()
    here.setblocking(False)
    with here, there:
        threading.Timer(idle, there.send, [b"x"]).start()
        await way(here, seconds)
        await asyncio.sleep(0.01)


async def measured(way, seconds, threshold_ms, idle=0.05):
    clearway_probe.install(threshold_ms=threshold_ms)
    clearway_probe.stalls()
    await with_data(way, seconds, idle)
    return clearway_probe.snapshot(asyncio.get_running_loop()), clearway_probe.stalls()


@pytest.mark.parametrize("make_loop", LOOPS)
@pytest.mark.parametrize("way", WAYS)
def test_a_callback_that_blocks_is_counted_and_named(make_loop, way):
    named = False
    for _ in range(5):  # counted each time; named where other processes leave the watchdog a core meanwhile
        counts, stalls = run(make_loop, measured(way, 0.2, threshold_ms=50))
        assert counts["stalls"] >= 1 and counts["raw"]["max_ns"] >= 199e6
        worst = max(stalls, key=lambda stall: stall["duration_ns"])
        assert worst["duration_ns"] >= 199e6 and worst["cause"] in ("syscall", "starved")
        named = named or any(frame["function"].endswith(("data_received", "readable")) and frame["file"] == __file__
                             for frame in worst["frames"] if frame["kind"] == "python")
        if named:
            break
    assert named


@pytest.mark.parametrize("make_loop", LOOPS)
@pytest.mark.parametrize("way", WAYS)
def test_the_wait_for_data_is_no_stall(make_loop, way):
    counts, stalls = run(make_loop, measured(way, 0, threshold_ms=250, idle=0.4))
    assert counts["stalls"] == 0 and stalls == []


def test_a_callback_and_what_it_wakes_are_one_iteration():
    """As long as it is one iteration, everything else waits for both."""
    async def main():
        loop = asyncio.get_running_loop()
        here, there = socket.socketpair()
        clearway_probe.install(threshold_ms=1000)
        done = loop.create_future()

        def readable():
            loop.remove_reader(here)
            loop.call_soon(lambda: (block(0.05), done.set_result(None)))
            block(0.05)

        with here, there:
            loop.add_reader(here, readable)
            there.send(b"x")
            await done
            await asyncio.sleep(0)
        return clearway_probe.snapshot(loop)["raw"]["max_ns"]

    assert run(uvloop.new_event_loop, main()) >= 99e6


def test_an_unwatched_loop_and_a_watched_one_side_by_side():
    """Both go through the same libuv."""
    async def main():
        return await measured(receive_data, 0, threshold_ms=1000)

    other = threading.Thread(target=run, args=(uvloop.new_event_loop, with_data(read_when_ready, 1.2, idle=0)))
    other.start()
    counts, stalls = run(uvloop.new_event_loop, main())
    other.join()
    assert counts["stalls"] == 0 and stalls == [] and counts["misuse_thread"] == 0


@pytest.mark.parametrize("make_loop", LOOPS)
@pytest.mark.parametrize("way", WAYS)
def test_a_loop_goes_on_after_uninstalling_and_is_watched_again(make_loop, way):
    async def main():
        loop = asyncio.get_running_loop()
        clearway_probe.install(threshold_ms=50)
        await asyncio.sleep(0)
        clearway_probe.uninstall()
        clearway_probe.stalls()
        await with_data(way, 0.2)
        assert clearway_probe.stalls() == []
        return await measured(way, 0.2, threshold_ms=50)

    counts, _ = run(make_loop, main())
    assert counts["stalls"] >= 1
