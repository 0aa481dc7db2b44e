"""What was said, and what is said next."""
from .backend import Backend

backend = Backend("http://localhost:8000/v1/chat")


class Conversation:
    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []

    def reply(self, text: str) -> str:
        self.messages.append({"role": "user", "content": text})
        answer = backend.complete(self.messages)
        self.messages.append({"role": "assistant", "content": answer})
        return answer
