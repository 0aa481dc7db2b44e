"""The model server."""
import requests


class Backend:
    def __init__(self, url: str) -> None:
        self.url = url

    def complete(self, messages: list[dict[str, str]]) -> str:
        return self._post({"messages": messages})["content"]

    def _post(self, body: dict) -> dict:
        response = requests.post(self.url, json=body, timeout=60)
        response.raise_for_status()
        return response.json()
