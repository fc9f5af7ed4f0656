"""Keep caught messages in a folder.

Each message is two files: ``<id>.eml`` holds its bytes, ``<id>.json`` its envelope and
what the list shows. The second is written last, so it marks a complete message.
"""

import json
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .reading import read_mail

MESSAGE_ID = re.compile("[0-9]{16}")
_TEMPORARY = ".part"


@dataclass(frozen=True)
class Caught:
    """One caught message as the list shows it; ``size`` in bytes."""

    id: str
    sender: str
    recipients: list[str]
    header_to: str
    subject: str
    received_at: str
    size: int
    has_html: bool
    attachments: list[str]

    def is_to(self, address: str) -> bool:
        """Whether the envelope names ``address``, whatever its upper and lower case."""
        wanted = address.casefold()
        return any(wanted == recipient.casefold() for recipient in self.recipients)

    def mentions(self, words: str) -> bool:
        """Whether recipients or subject contain ``words``; accents do not count."""
        searched = " ".join([*self.recipients, self.header_to, self.subject])
        return _plain(words) in _plain(searched)


class MessageStore:
    """The messages of one folder, at most ``keep`` of them (thread-safe)."""

    def __init__(self, folder: Path, keep: int) -> None:
        """Open ``folder``, made if missing, and list the messages it holds.

        ``skipped`` then names the files that could not be read.

        :raises OSError: the folder cannot be made or read.
        """
        self._folder = folder
        self._keep = keep
        self._lock = threading.Lock()
        self._last_id = 0
        self._caught: dict[str, Caught] = {}
        self.skipped: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._load()
        self._trim()

    def add(self, content: bytes, sender: str, recipients: list[str]) -> str:
        """Store a message and return its id; later messages have greater ids.

        The oldest message goes when there are more than ``keep``.

        :raises OSError: the files cannot be written.
        """
        mail = read_mail(content)
        # One lock for number, files and list: whoever saw an id has seen all before it.
        with self._lock:
            caught = Caught(
                id=self._next_id(),
                sender=sender,
                recipients=recipients,
                header_to=mail.header("To"),
                subject=mail.header("Subject"),
                received_at=datetime.now(UTC).isoformat(),
                size=len(content),
                has_html=mail.html is not None,
                attachments=[part.name for part in mail.attachments],
            )
            self._write(f"{caught.id}.eml", content)
            self._write(f"{caught.id}.json", json.dumps(asdict(caught)).encode())
            self._caught[caught.id] = caught
            self._trim()
        return caught.id

    def newest_first(
        self, is_wanted: Callable[[Caught], bool] = lambda _caught: True
    ) -> list[Caught]:
        """Return the messages for which ``is_wanted`` holds, the newest first."""
        with self._lock:
            caught = list(self._caught.values())
        return [each for each in reversed(caught) if is_wanted(each)]

    def find(self, message_id: str) -> Caught | None:
        """Return the listed message, or None."""
        with self._lock:
            return self._caught.get(message_id)

    def content(self, message_id: str) -> bytes | None:
        """Return the bytes as received, or None when there is no such message."""
        # Only ids of the list become file names, whatever was asked for.
        if self.find(message_id) is None:
            return None
        try:
            return (self._folder / f"{message_id}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def clear(self) -> int:
        """Remove all messages and return how many there were."""
        with self._lock:
            message_ids = list(self._caught)
            for message_id in message_ids:
                self._remove(message_id)
        return len(message_ids)

    def _next_id(self) -> str:
        # Microseconds since 1970: greater than any id of an earlier run or of a
        # cleared folder, so an id is never given twice.
        self._last_id = max(self._last_id + 1, time.time_ns() // 1000)
        return f"{self._last_id:016d}"

    def _write(self, name: str, content: bytes) -> None:
        temporary = self._folder / (name + _TEMPORARY)
        temporary.write_bytes(content)
        os.replace(temporary, self._folder / name)

    def _load(self) -> None:
        for left_over in self._folder.glob(f"*{_TEMPORARY}"):
            left_over.unlink(missing_ok=True)
        for path in sorted(self._folder.glob("*.json")):
            try:
                caught = self._read_record(path)
            except (OSError, ValueError, TypeError):
                self.skipped.append(path.name)
            else:
                self._caught[caught.id] = caught
        if self._caught:
            self._last_id = int(max(self._caught))

    def _read_record(self, path: Path) -> Caught:
        caught = Caught(**json.loads(path.read_bytes()))
        if not MESSAGE_ID.fullmatch(path.stem) or caught.id != path.stem:
            raise ValueError("The record is not named after its message.")
        for name, kind in Caught.__annotations__.items():
            if not _has_kind(getattr(caught, name), kind):
                raise TypeError(f"{name} is not {kind}.")
        datetime.fromisoformat(caught.received_at)
        if path.with_suffix(".eml").stat().st_size != caught.size:
            raise ValueError("The message is not complete.")
        return caught

    def _trim(self) -> None:
        for message_id in list(self._caught)[: -self._keep]:
            self._remove(message_id)

    def _remove(self, message_id: str) -> None:
        del self._caught[message_id]
        for suffix in (".json", ".eml"):
            (self._folder / (message_id + suffix)).unlink(missing_ok=True)


def _has_kind(value: object, kind: object) -> bool:
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return type(value) is kind


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
