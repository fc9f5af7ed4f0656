"""What a dunning run finds out about some customers at a time."""

from datetime import date
from typing import NamedTuple

from .dunning_notices import Notice


class Skipped(NamedTuple):
    """An item that is not chased: why, and the facts it follows from."""

    line_id: int
    reason: str
    step_id: int | None = None
    due_on: date | None = None
    text: str | None = None


class HeldNotice(NamedTuple):
    """A planned notice that does not go out, and the reason's code."""

    notice: Notice
    reason: str


class Batch(NamedTuple):
    """What became of some customers' items."""

    notices: list[Notice]
    held: list[HeldNotice]
    skipped: list[Skipped]
