"""A voice assistant that transcribes, embeds and looks for the results of its tools on the event loop."""
import asyncio

import numpy
from models import Models


class Assistant:
    def __init__(self, models: Models):
        self.models = models
        self.results: dict[str, str] = {}

    async def transcribe(self, audio: numpy.ndarray) -> str:
        return self.models.transcribe(audio)

    async def embed(self, sentence: str) -> numpy.ndarray:
        return self.models.embed(sentence)

    def on_tool_result(self, call: str, result: str):
        self.results[call] = result

    async def tool_result(self, call: str) -> str:
        while call not in self.results:
            await asyncio.sleep(0.1)
        return self.results.pop(call)

    async def answer(self, audio: numpy.ndarray, call: str) -> str:
        text = await self.transcribe(audio)
        await self.embed(text)
        return await self.tool_result(call)
