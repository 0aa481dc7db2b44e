"""A chat server with Mistral's own tokenizer, on the loop and off it (examples/inference)."""
import asyncio
import time

import chat_after
import chat_before
import pytest
from aiohttp import ClientSession, web
from quiet_machine import passes_in_peace

from clearway_probe import StallError, no_stall


@pytest.fixture(scope="module")
def tokenizer():
    return chat_before.load_tokenizer()


def prompt(size):
    """`size` bytes of words."""
    return " ".join(f"word{number % 977} of a prompt" for number in range(size // 19 + 1))[:size]


async def served(app, ask):
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with ClientSession("http://127.0.0.1:%d" % runner.addresses[0][1]) as client:
            return await ask(client)
    finally:
        await runner.cleanup()


async def health_while_chatting(client, text):
    """Tokens of the answer, and how often the health was had meanwhile."""
    async def chat():
        return (await (await client.post("/chat", data=text)).json())["tokens"]

    asked, answers = asyncio.ensure_future(chat()), 0
    while not asked.done():
        assert await (await client.get("/health")).text() == "ok"
        answers += 1
        await asyncio.sleep(0.005)
    return await asked, answers


def chat_under_probe(app, size, max_ms):
    async def main():
        async with no_stall(max_ms=max_ms):
            return await served(app, lambda client: health_while_chatting(client, prompt(size)))

    return asyncio.run(main())


def test_before_a_large_prompt_stops_every_other_request(tokenizer):
    with pytest.raises(StallError, match="apply_chat_template") as caught:
        chat_under_probe(chat_before.make_app(tokenizer), 500_000, 100)
    assert caught.value.cause in ("on-cpu", "starved")


def test_after_the_loop_goes_on_and_health_is_answered(tokenizer):
    tokens, answers = passes_in_peace(lambda: chat_under_probe(chat_after.make_app(tokenizer), 500_000, 100))
    assert tokens > 100_000 and answers > 3


def test_after_the_answer_is_the_same_and_in_order(tokenizer):
    done = []

    async def encode(number):
        tokens = await chat_after.async_apply_chat_template(tokenizer, prompt(1000 * (9 - number)))
        done.append(number)
        return tokens

    async def main():
        return await asyncio.gather(*(encode(number) for number in range(9)))

    answers = asyncio.run(main())
    assert answers == [chat_before.apply_chat_template(tokenizer, prompt(1000 * (9 - number))) for number in range(9)]
    assert done == list(range(9))


@pytest.mark.parametrize("size", [1, 5000])  # on the loop, on the worker
def test_after_exceptions_reach_the_caller(tokenizer, size):
    with pytest.raises(Exception, match="str|string"):
        asyncio.run(chat_after.async_apply_chat_template(tokenizer, [7] * size))


def test_after_small_prompts_need_no_worker_unless_others_wait(tokenizer):
    async def main():
        await chat_after.async_apply_chat_template(tokenizer, prompt(1000))
        made_for_small = chat_after.template_worker.cache_info().currsize
        await chat_after.async_apply_chat_template(tokenizer, prompt(10_000))
        return made_for_small, chat_after.template_worker.cache_info().currsize

    chat_after.template_worker.cache_clear()
    assert asyncio.run(main()) == (0, 1)


async def requests_in_turns(servers, text, rounds):
    """CPU time of each request to each server, client included, in milliseconds."""
    async def request(address):
        begin = time.process_time()
        assert (await (await client.post(address, data=text)).json())["tokens"] > len(text) / 10
        return (time.process_time() - begin) * 1e3

    async with ClientSession() as client:
        for address in servers:
            await request(address)  # connected; the worker is there
        return [[await request(address) for address in servers] for _ in range(rounds)]


@pytest.mark.parametrize("size, rounds", [(1_000, 200), (100_000, 12), (500_000, 4)])
def test_after_a_request_costs_hardly_more(size, rounds):
    # to each a tokenizer of its own, as it would have in a process of its own
    apps = [(module, chat_before.load_tokenizer()) for module in (chat_before, chat_after)]

    async def measure():
        runners = [web.AppRunner(module.make_app(tokenizer)) for module, tokenizer in apps]
        for runner in runners:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        servers = ["http://127.0.0.1:%d/chat" % runner.addresses[0][1] for runner in runners]
        try:
            return await requests_in_turns(servers, prompt(size), rounds)
        finally:
            for runner in runners:
                await runner.cleanup()

    turns = []
    for _ in range(16):  # other work on the machine makes both slower, and not alike: the fastest of each say what they take
        turns += asyncio.run(measure())
        before, after = (min(times) for times in zip(*turns))
        if after < before * 1.05:
            break
    print(f"\nmeasured: chat, {size} bytes: a request takes {before:.2f} ms of CPU before, {after:.2f} ms after "
          f"({after / before:.3f})")
    assert after < before * 1.05
