"""The same assistant with its inference on worker threads, and a future for each call of a tool."""
import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy
from models import Models


class Assistant:
    def __init__(self, models: Models):
        self.models = models
        self.embedder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")  # one session, one call at a time
        self.calls: dict[str, asyncio.Future[str]] = {}

    async def transcribe(self, audio: numpy.ndarray) -> str:
        return await asyncio.to_thread(self.models.transcribe, audio)

    async def embed(self, sentence: str) -> numpy.ndarray:
        return await asyncio.get_running_loop().run_in_executor(self.embedder, self.models.embed, sentence)

    def on_tool_result(self, call: str, result: str):
        future = self.calls.get(call)
        if future is not None and not future.done():
            future.set_result(result)

    async def tool_result(self, call: str, timeout: float = 5) -> str:
        future = self.calls[call] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(future, timeout)
        finally:
            self.calls.pop(call, None)  # answered, too late or cancelled

    async def answer(self, audio: numpy.ndarray, call: str) -> str:
        result = asyncio.create_task(self.tool_result(call))
        try:
            await self.embed(await self.transcribe(audio))
            return await result
        finally:
            result.cancel()
