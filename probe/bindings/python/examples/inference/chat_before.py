"""A chat server that applies the chat template and the tokenizer on its event loop."""
from pathlib import Path

import mistral_common
from aiohttp import web
from mistral_common.protocol.instruct.messages import UserMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

TOKENIZER = web.AppKey("tokenizer", MistralTokenizer)


def load_tokenizer() -> MistralTokenizer:
    return MistralTokenizer.from_file(str(Path(mistral_common.__file__).parent / "data" / "tekken_240911.json"))


def chat_request(prompt: str) -> ChatCompletionRequest:
    return ChatCompletionRequest(messages=[UserMessage(content=prompt)])


def apply_chat_template(tokenizer: MistralTokenizer, prompt: str) -> list[int]:
    return tokenizer.encode_chat_completion(chat_request(prompt)).tokens


async def chat(request: web.Request) -> web.Response:
    tokens = apply_chat_template(request.app[TOKENIZER], await request.text())
    return web.json_response({"tokens": len(tokens)})


async def health(request: web.Request) -> web.Response:
    return web.Response(text="ok")


def make_app(tokenizer: MistralTokenizer) -> web.Application:
    app = web.Application(client_max_size=1 << 24)
    app[TOKENIZER] = tokenizer
    app.add_routes([web.post("/chat", chat), web.get("/health", health)])
    return app


if __name__ == "__main__":
    web.run_app(make_app(load_tokenizer()))
