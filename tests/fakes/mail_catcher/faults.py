"""Misbehaviour on command: what the mail catcher does wrong, and how often."""

import threading
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

MAX_DELAY_S = 60.0


@dataclass(frozen=True)
class Faults:
    """What goes wrong. Without arguments: nothing.

    ``reject_recipients`` are refused with 550. The next ``drop_connection_next``
    messages lose their connection without an answer; then the next ``fail_next``
    are answered with ``code``; neither are stored. Every message waits ``delay_s``.
    """

    reject_recipients: list[str] = field(default_factory=list)
    fail_next: int = 0
    code: int = 451
    delay_s: float = 0.0
    drop_connection_next: int = 0


@dataclass(frozen=True)
class Fate:
    """What happens to one message: at most one of ``is_dropped`` and ``code``."""

    delay_s: float = 0.0
    is_dropped: bool = False
    code: int | None = None


def parse_faults(given: Any) -> Faults:
    """Return the faults that a decoded JSON object describes.

    :raises ValueError: not an object, or a key or a value that is not known; the
        text names the key.
    """
    if not isinstance(given, dict):
        raise ValueError("The faults must be a JSON object.")
    known = [each.name for each in fields(Faults)]
    for key, value in given.items():
        if key not in known:
            raise ValueError(f"Unknown key {key!r}. Known: {', '.join(known)}.")
        if not _CHECKS[key][0](value):
            raise ValueError(f"{key!r} must be {_CHECKS[key][1]}, not {value!r}.")
    return Faults(**given)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_integer(value) and value >= 0


def _is_failure_code(value: Any) -> bool:
    return _is_integer(value) and 400 <= value <= 599


def _is_delay(value: Any) -> bool:
    is_number = _is_integer(value) or isinstance(value, float)
    # NaN and infinity fail the comparison as well.
    return is_number and 0 <= value <= MAX_DELAY_S


def _is_address_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_CHECKS = {
    "reject_recipients": (_is_address_list, "a list of addresses"),
    "fail_next": (_is_count, "an integer, 0 or more"),
    "code": (_is_failure_code, "an SMTP code from 400 to 599"),
    "delay_s": (_is_delay, f"seconds from 0 to {MAX_DELAY_S:g}"),
    "drop_connection_next": (_is_count, "an integer, 0 or more"),
}


class FaultBoard:
    """The faults in force, shared by the SMTP and the HTTP side (thread-safe)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults = Faults()

    def set(self, faults: Faults) -> None:
        """Put ``faults`` in force instead of the former ones."""
        with self._lock:
            self._faults = faults

    def as_dict(self) -> dict[str, Any]:
        """Return the faults in force; the counters show what is left of them."""
        with self._lock:
            return asdict(self._faults)

    def is_rejected(self, recipient: str) -> bool:
        """Whether ``recipient`` is to be refused, whatever its upper and lower case."""
        with self._lock:
            rejected = self._faults.reject_recipients
        return recipient.casefold() in (address.casefold() for address in rejected)

    def take_fate(self) -> Fate:
        """Return the fate of one message and count it."""
        with self._lock:
            faults = self._faults
            if faults.drop_connection_next:
                fewer = {"drop_connection_next": faults.drop_connection_next - 1}
                fate = Fate(faults.delay_s, is_dropped=True)
            elif faults.fail_next:
                fewer = {"fail_next": faults.fail_next - 1}
                fate = Fate(faults.delay_s, code=faults.code)
            else:
                fewer = {}
                fate = Fate(faults.delay_s)
            self._faults = replace(faults, **fewer)
            return fate
