"""How often one visitor may try what does not exist."""

from collections import OrderedDict


class AttemptLimiter:
    """Counts failures per visitor in a sliding window; the clock is an argument.

    Holds at most ``visitors`` of them, so that a flood of addresses fills no memory.
    """

    def __init__(self, limit: int, window: float, visitors: int = 10_000):
        self._limit = limit
        self._window = window
        self._visitors = visitors
        self._failures: OrderedDict[object, tuple[float, int]] = OrderedDict()

    def fail(self, visitor: object, now: float) -> bool:
        """Count a failure; return whether the visitor has had more than allowed.

        ``now`` is in seconds of any steady clock.
        """
        since, count = self._failures.pop(visitor, (now, 0))
        if now - since >= self._window:
            since, count = now, 0
        self._failures[visitor] = (since, count + 1)
        if len(self._failures) > self._visitors:
            self._failures.popitem(last=False)
        return count + 1 > self._limit
