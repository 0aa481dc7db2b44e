"""The same server, with template and tokenizer on a worker thread. There is one worker, so prompts are encoded in the order they
came; it is made when it is first needed; exceptions reach the caller. The synchronous function stays as it is."""
import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from chat_before import TOKENIZER, apply_chat_template, health, load_tokenizer
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

@functools.cache
def template_worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat-template")


async def async_apply_chat_template(tokenizer: MistralTokenizer, prompt: str) -> list[int]:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(template_worker(), apply_chat_template, tokenizer, prompt)


async def chat(request: web.Request) -> web.Response:
    tokens = await async_apply_chat_template(request.app[TOKENIZER], await request.text())
    return web.json_response({"tokens": len(tokens)})


def make_app(tokenizer: MistralTokenizer) -> web.Application:
    app = web.Application(client_max_size=1 << 24)
    app[TOKENIZER] = tokenizer
    app.add_routes([web.post("/chat", chat), web.get("/health", health)])
    return app


if __name__ == "__main__":
    web.run_app(make_app(load_tokenizer()))
