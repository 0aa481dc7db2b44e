"""A tokenizer on the event loop of a chat server: before and after it moved to a worker of its own."""
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvloop
from aiohttp import ClientSession, web
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from clearway_probe import StallError, no_stall


@pytest.fixture(scope="module")
def tokenizer():
    made = Tokenizer(models.BPE(unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    words = " ".join(f"word{number} answer{number % 97}" for number in range(2000))
    made.train_from_iterator([words], trainers.BpeTrainer(vocab_size=500, special_tokens=["?"]))
    return made


PROMPT = " ".join(f"prompt{number}" for number in range(40_000))  # about 500 KB


def encode_prompt(tokenizer):
    return len(tokenizer.encode(PROMPT).ids)


def encode_prompt_without_gil(tokenizer):
    return len(tokenizer.encode_batch([PROMPT])[0].ids)


def server(encode):
    async def chat(request):
        return web.json_response({"tokens": await encode()})

    async def health(request):
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.get("/chat", chat), web.get("/health", health)])
    return app


async def chat_once(encode, max_ms):
    """Asks for a chat and meanwhile for the health; the longest wait for the health in seconds."""
    runner = web.AppRunner(server(encode))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = "http://127.0.0.1:%d" % runner.addresses[0][1]
    async with ClientSession() as client, no_stall(max_ms=max_ms):
        async def answer():
            return await (await client.get(base + "/chat")).json()

        asked, worst = asyncio.ensure_future(answer()), 0
        while not asked.done():
            begin = time.monotonic()
            await (await client.get(base + "/health")).text()
            worst = max(worst, time.monotonic() - begin)
            await asyncio.sleep(0.005)
        assert (await asked)["tokens"] > 40_000
    await runner.cleanup()
    return worst


def test_on_the_loop_it_stalls_every_other_request(tokenizer):
    async def encode():
        return encode_prompt(tokenizer)

    with pytest.raises(StallError, match="encode_prompt") as caught:
        asyncio.run(chat_once(encode, max_ms=20))
    assert caught.value.cause in ("on-cpu", "starved")


def on_worker(function, tokenizer):
    worker = ThreadPoolExecutor(max_workers=1)
    worker.submit(int).result()  # the thread is there

    async def encode():
        return await asyncio.get_running_loop().run_in_executor(worker, function, tokenizer)

    return encode


def test_a_worker_is_not_enough_while_the_work_holds_the_gil(tokenizer):
    """Which part of a turn the loop waits in for the GIL is chance, and within libuv's own poll it is not counted."""
    for _ in range(8):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            try:
                runner.run(chat_once(on_worker(encode_prompt, tokenizer), max_ms=20))
            except StallError:
                return
    pytest.fail("eight chats, and the loop never stalled")


def test_on_a_worker_without_the_gil_the_loop_goes_on(tokenizer):
    assert asyncio.run(chat_once(on_worker(encode_prompt_without_gil, tokenizer), max_ms=100)) < 1
