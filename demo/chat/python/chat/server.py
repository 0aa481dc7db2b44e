"""The HTTP side of the chat service."""
import asyncio

from fastapi import FastAPI

from .conversation import Conversation

app = FastAPI()
conversations: dict[str, Conversation] = {}


@app.post("/conversations/{name}")
async def say(name: str, text: str) -> str:
    conversation = conversations.setdefault(name, Conversation())
    return conversation.reply(text)


@app.post("/conversations/{name}/offloaded")
async def say_in_a_thread(name: str, text: str) -> str:
    conversation = conversations.setdefault(name, Conversation())
    return await asyncio.to_thread(conversation.reply, text)


@app.get("/health")
async def health() -> str:
    return "ok"
