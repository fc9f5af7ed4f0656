"""What a journey asks of the server beside the screens, as whoever is logged in."""

import json

from playwright.sync_api import Page


def call(page: Page, model: str, method: str, *arguments: object) -> object:
    """Return what a method answers to whoever is logged in on ``page``."""
    answer = page.request.post(
        f"/web/dataset/call_kw/{model}/{method}",
        data={
            "jsonrpc": "2.0",
            "params": {
                "model": model,
                "method": method,
                "args": arguments,
                "kwargs": {},
            },
        },
    ).json()
    assert "error" not in answer, json.dumps(answer)[:2000]
    return answer["result"]
