"""A chat server that reports its stalls: pip install starlette uvicorn; uvicorn starlette_server:app

GET /chat stalls the loop, GET /chat-fixed does the same work on a worker, GET /metrics is for Prometheus, GET /stalls shows the
culprits. FastAPI takes the same lifespan function; with aiohttp put `install` into app.on_startup.
"""
import asyncio
import contextlib
import hashlib

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

import clearway_probe


@contextlib.asynccontextmanager
async def lifespan(app):
    clearway_probe.install(threshold_ms=50)
    yield
    clearway_probe.uninstall()
    clearway_probe.stop()


def think():
    return hashlib.pbkdf2_hmac("sha256", b"prompt", b"salt", 500_000).hex()


async def chat(request):
    return PlainTextResponse(think())


async def chat_fixed(request):
    return PlainTextResponse(await asyncio.to_thread(think))


async def stalls(request):
    return JSONResponse(await asyncio.to_thread(clearway_probe.stalls))


async def metrics(request):
    return PlainTextResponse(clearway_probe.prometheus_text())


app = Starlette(lifespan=lifespan, routes=[Route("/chat", chat), Route("/chat-fixed", chat_fixed),
                                           Route("/stalls", stalls), Route("/metrics", metrics)])
