"""How much two types of debtors differ in a single fact."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import combinations

Value = float | int | None


def best_threshold(one: Sequence[Value], other: Sequence[Value]) -> float:
    """Return the share right with the best threshold, both types weighing the same.

    Either side of it may be either type's; the empty ones go where they help most.

    >>> best_threshold([1, 2, 3], [4, 5, 6])
    1.0
    >>> best_threshold([1, 2, 3], [1, 2, 3])
    0.5
    """
    left = sorted(value for value in one if value is not None)
    right = sorted(value for value in other if value is not None)
    empty = 1 - len(left) / len(one), 1 - len(right) / len(other)
    widest = abs(empty[0] - empty[1])
    for value in {*left, *right}:
        below = bisect_left(left, value) / len(one)
        below -= bisect_left(right, value) / len(other)
        widest = max(widest, abs(below), abs(below + empty[0] - empty[1]))
    return (1 + widest) / 2


def overlap(
    by_type: Mapping[str, Sequence[Mapping[str, Value]]],
) -> dict[tuple[str, str], list[tuple[float, str]]]:
    """Return {two types: [(accuracy, fact)]}, the most telling fact first."""
    found = {}
    for one, other in combinations(by_type, 2):
        rows = []
        for name in by_type[one][0]:
            left = [facts[name] for facts in by_type[one]]
            right = [facts[name] for facts in by_type[other]]
            rows.append((best_threshold(left, right), name))
        found[one, other] = sorted(rows, reverse=True)
    return found
