"""Ask a running mail catcher what arrived, and make it misbehave."""

import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

HTTP_TIMEOUT_S = 10.0
POLL_S = 0.03

# The catcher is on this machine; a proxy of the environment cannot reach it.
_opener = build_opener(ProxyHandler({}))


class MailCatcher:
    """The mail catcher whose web page is at ``url``.

    A listed message is a dict with ``id``, ``from``, ``to`` (all recipients of the
    SMTP envelope), ``subject``, ``received_at`` (ISO 8601, UTC), ``size`` (bytes),
    ``has_html`` and ``attachments`` (file names). A full message has in addition
    ``html``, ``text``, ``headers`` (lower-case name to text), ``links`` and ``parts``.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def messages(
        self, to: str | None = None, since_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the listed messages, oldest first.

        ``to`` keeps those with this recipient, ``since_id`` those that came later.
        """
        filters = {"to": to, "since_id": since_id}
        query = urlencode({key: value for key, value in filters.items() if value})
        return self._ask("GET", f"/messages.json?{query}")

    def message(self, message_id: str) -> dict[str, Any]:
        """Return the full message.

        :raises LookupError: there is no such message.
        """
        return self._ask("GET", f"/messages/{quote(message_id, safe='')}.json")

    def wait_for(
        self,
        to: str | None = None,
        subject_contains: str = "",
        timeout_s: float = 10.0,
        since_id: str | None = None,
    ) -> dict[str, Any]:
        """Return the newest full message that fits, as soon as there is one.

        :raises AssertionError: none fits after ``timeout_s``; the text lists what
            did arrive.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            for listed in reversed(self.messages(to, since_id)):
                if subject_contains in listed["subject"]:
                    return self.message(listed["id"])
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_S)
        arrived = [
            f"  {listed['received_at']} to {', '.join(listed['to'])}:"
            f" {listed['subject']!r}"
            for listed in self.messages()
        ]
        raise AssertionError(
            f"No message to {to or 'anyone'} with {subject_contains!r} in its subject"
            f" came within {timeout_s:g} s. Arrived:\n"
            + ("\n".join(arrived) or "  nothing")
        )

    def clear(self) -> int:
        """Remove all messages and return how many there were."""
        return self._ask("DELETE", "/messages")["deleted"]

    def faults(self) -> dict[str, Any]:
        """Return the misbehaviour in force; counters show what is left of them."""
        return self._ask("GET", "/faults")

    def set_faults(self, **faults: Any) -> dict[str, Any]:
        """Replace the misbehaviour in force and return it.

        Keys: ``reject_recipients``, ``fail_next``, ``code``, ``delay_s`` (seconds),
        ``drop_connection_next``. None at all means that all goes well again.

        :raises ValueError: a key or a value that the catcher does not know.
        """
        return self._ask("POST", "/faults", faults)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=HTTP_TIMEOUT_S) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
            if error.code == 404:
                raise LookupError(f"{path}: {text}") from error
            if error.code == 400:
                raise ValueError(f"{path}: {text}") from error
            raise
