"""The example server, spoken to over ASGI."""
import asyncio


async def get(app, path):
    body = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        body.append(message.get("body", b""))

    await app({"type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b"", "headers": []},
              receive, send)
    return b"".join(body).decode()


def test_the_example_names_its_stall():
    from starlette_server import app, lifespan

    async def main():
        async with lifespan(app):
            await get(app, "/chat-fixed")
            before = await get(app, "/stalls")
            await get(app, "/chat")
            await asyncio.sleep(0)
            return before, await get(app, "/stalls"), await get(app, "/metrics")

    before, after, metrics = asyncio.run(main())
    assert "think" not in before and '"function":"think"' in after
    assert "clearway" in metrics
