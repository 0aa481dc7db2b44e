"""A voice assistant with real inference on the CPU, on the loop and off it (examples/inference)."""
import asyncio
import time

import models
import pytest
import voice_after
import voice_before
from quiet_machine import passes_in_peace

from clearway_probe import StallError, no_stall

LIMIT_MS = 50


@pytest.fixture(scope="module")
def made():
    return models.Models()


AUDIO = models.audio(seconds=5)  # tens of milliseconds of work and more, on any machine


def under_probe(work):
    async def main():
        async with no_stall(max_ms=LIMIT_MS):
            return await work()

    return asyncio.run(main())


def test_before_transcription_stalls_the_loop(made):
    with pytest.raises(StallError, match="transcribe"):
        under_probe(lambda: voice_before.Assistant(made).transcribe(AUDIO))


def test_before_embedding_stalls_the_loop(made):
    with pytest.raises(StallError, match="embed"):
        under_probe(lambda: voice_before.Assistant(made).embed("a sentence " * 40))


def test_after_no_operation_stalls_the_loop(made):
    async def converse():
        assistant = voice_after.Assistant(made)
        asyncio.get_running_loop().call_later(0.02, assistant.on_tool_result, "call-1", "sunny")
        return await assistant.answer(AUDIO, "call-1")

    assert passes_in_peace(lambda: under_probe(converse)) == "sunny"


async def time_to_result(assistant, delay):
    """Seconds from a tool's answer to the moment the assistant has it."""
    loop, answered = asyncio.get_running_loop(), []

    def answer():
        answered.append(time.monotonic())
        assistant.on_tool_result("call", "done")

    loop.call_later(delay, answer)
    assert await assistant.tool_result("call") == "done"
    return time.monotonic() - answered[0]


def test_a_result_is_seen_at_once_and_no_longer_with_the_next_look(made):
    before = asyncio.run(time_to_result(voice_before.Assistant(made), 0.02))
    after = min(asyncio.run(time_to_result(voice_after.Assistant(made), 0.02)) for _ in range(5))
    assert before > 0.05 > after


def test_a_result_that_never_comes_ends_the_wait_and_leaves_nothing(made):
    async def main():
        assistant = voice_after.Assistant(made)
        with pytest.raises(TimeoutError):
            await assistant.tool_result("lost", timeout=0.02)
        assistant.on_tool_result("lost", "too late")
        return assistant.calls

    assert asyncio.run(main()) == {}


def test_a_cancelled_answer_leaves_nothing(made):
    async def main():
        assistant = voice_after.Assistant(made)
        task = asyncio.create_task(assistant.answer(AUDIO, "call"))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        return assistant.calls

    assert asyncio.run(main()) == {}
