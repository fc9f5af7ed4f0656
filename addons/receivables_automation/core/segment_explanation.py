"""Segments: which conditions a debtor meets, and what would have to change.

A segment's condition is a domain over the facts of a debtor. An empty fact (None) meets
no condition but *is not set*: what nobody has measured decides nothing.
"""

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

INVERSE = {
    "=": "!=",
    "!=": "=",
    "in": "not in",
    "not in": "in",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "like": "not like",
    "not like": "like",
    "ilike": "not ilike",
    "not ilike": "ilike",
    "any": "not any",
    "not any": "any",
}
COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "in": lambda had, wanted: had in wanted,
    "not in": lambda had, wanted: had not in wanted,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
DAYS_A_YEAR = 365


class DomainError(ValueError):
    """A condition that cannot be read; ``part`` is the piece that is wrong."""

    def __init__(self, part):
        super().__init__(str(part))
        self.part = part


@dataclass(frozen=True)
class Leaf:
    """One comparison of a fact with a value."""

    field: str
    operator: str
    value: object


@dataclass(frozen=True)
class Group:
    """Conditions of which all, or any one, must hold; no condition holds for all."""

    is_any: bool
    children: tuple["Leaf | Group", ...]


@dataclass(frozen=True)
class Condition:
    """A line of an explanation: a leaf, or a group's heading where ``leaf`` is None."""

    level: int
    is_any: bool
    leaf: Leaf | None
    had: object
    held: bool


@dataclass(frozen=True)
class Change:
    """A fact and the value nearest to today's with which a condition would hold."""

    field: str
    had: object
    wanted: object


# Says whether a comparison holds that facts alone cannot answer, such as a tag's.
Judge = Callable[[Leaf], bool]
Node = Leaf | Group


def parse_domain(domain: Sequence) -> Node:
    """Return a domain in prefix notation as a tree without negations.

    :raises DomainError: the domain is not well formed.

    >>> parse_domain([("a", ">", 3)])
    Leaf(field='a', operator='>', value=3)
    >>> parse_domain(["!", ("a", ">", 3)])
    Leaf(field='a', operator='<=', value=3)
    """
    if not isinstance(domain, list | tuple):
        raise DomainError(domain)
    rest = list(domain)
    children = []
    while rest:
        children.append(_take(rest, negated=False))
    if len(children) == 1:
        return children[0]
    return _joined(False, children)


def _joined(is_any: bool, children: Sequence[Node]) -> Group:
    """Return a group in which groups of the same kind have been taken up."""
    flat = []
    for child in children:
        is_same = isinstance(child, Group) and child.is_any == is_any
        flat += child.children if is_same else [child]
    return Group(is_any, tuple(flat))


def _take(rest: list, *, negated: bool) -> Node:
    """Remove the next term from ``rest`` and return it."""
    if not rest:
        raise DomainError("&|")
    term = rest.pop(0)
    if term == "!":
        return _take(rest, negated=not negated)
    if term in ("&", "|"):
        pair = (_take(rest, negated=negated), _take(rest, negated=negated))
        # De Morgan: the opposite of "any" is "all" of the opposites.
        return _joined((term == "|") != negated, pair)
    if not isinstance(term, list | tuple) or len(term) != 3:
        raise DomainError(term)
    field, sign, value = term
    if field in (0, 1) and sign == "=" and value == 1:
        return Group((field == 0) != negated, ())
    if not isinstance(field, str) or not isinstance(sign, str):
        raise DomainError(term)
    if negated:
        if sign not in INVERSE:
            raise DomainError(term)
        sign = INVERSE[sign]
    return Leaf(field, sign, _frozen(value))


def _frozen(value):
    """Return a value with lists in it as tuples: a leaf can be a key."""
    if isinstance(value, list | tuple | set):
        return tuple(_frozen(one) for one in value)
    return value


def leaves(node: Node) -> list[Leaf]:
    """Return every comparison of a tree, in reading order."""
    if isinstance(node, Leaf):
        return [node]
    return [leaf for child in node.children for leaf in leaves(child)]


def holds(node: Node, facts: Mapping, judge: Judge | None = None) -> bool:
    """Return whether the facts meet a condition.

    >>> holds(parse_domain([("days", "<=", 3)]), {"days": None})
    False
    """
    if isinstance(node, Group):
        met = (holds(child, facts, judge) for child in node.children)
        return any(met) if node.is_any else all(met)
    if node.field in facts:
        return compare(facts[node.field], node.operator, node.value)
    return judge(node) if judge else False


def compare(had, sign: str, wanted) -> bool:
    """Return whether the fact ``had`` stands in ``sign`` to ``wanted``.

    :raises DomainError: the two cannot be compared.
    """
    is_flag = isinstance(had, bool)
    if wanted is None or (wanted is False and not is_flag):
        if sign not in ("=", "!="):
            raise DomainError((sign, wanted))
        return (had is None) == (sign == "=")
    if had is None:
        return False
    if sign not in COMPARE:
        raise DomainError((sign, wanted))
    try:
        return COMPARE[sign](had, wanted)
    except TypeError as error:
        raise DomainError((had, sign, wanted)) from error


def explain(
    node: Node, facts: Mapping, judge: Judge | None = None, level: int = 0
) -> list[Condition]:
    """Return each condition with the value that was there and whether it held."""
    held = holds(node, facts, judge)
    if isinstance(node, Leaf):
        return [Condition(level, False, node, facts.get(node.field), held)]
    lines = []
    if level or node.is_any:
        lines.append(Condition(level, node.is_any, None, None, held))
        level += 1
    for child in node.children:
        lines += explain(child, facts, judge, level)
    return lines


def reasons(node: Node, facts: Mapping, judge: Judge | None = None) -> Node:
    """Return the part of a condition that makes it hold; all of it where it does not.

    Of alternatives only those that hold, and no heading over a single condition.

    >>> tree = parse_domain(["|", ("late", ">", 30), ("broken", ">=", 1)])
    >>> reasons(tree, {"late": 45, "broken": 0})
    Leaf(field='late', operator='>', value=30)
    """
    if isinstance(node, Leaf) or not holds(node, facts, judge):
        return node
    kept = _joined(
        node.is_any,
        [
            reasons(child, facts, judge)
            for child in node.children
            if holds(child, facts, judge)
        ],
    )
    return kept.children[0] if len(kept.children) == 1 else kept


def first_match(
    segments: Iterable[tuple[object, Node]], facts: Mapping, judge: Judge | None = None
):
    """Return the key of the first segment whose condition holds; None if none does."""
    for key, node in segments:
        if holds(node, facts, judge):
            return key
    return None


def one_change(
    segments: Sequence[tuple[object, Node]],
    current,
    facts: Mapping,
    steps: Mapping | None = None,
    only_grow: frozenset[str] = frozenset(),
    limits: Mapping[str, tuple] | None = None,
    judge: Judge | None = None,
) -> list[tuple[object, Change]]:
    """Return (segment, smallest change of one fact that leads to it), nearest first.

    With that value and nothing else changed, the segment (None: no segment at all) is
    what the facts lead to. A segment that no single fact leads to is left out, so
    nothing at all means that no single change suffices.

    :param steps: by field, the smallest difference of its values; else 0.01, for whole
        numbers 1, for dates a day.
    :param only_grow: facts that can only become more, such as counts of the past.
    :param limits: by field, the least and the largest value that it can have; None for
        a side without.
    """
    best: dict[object, tuple[float, int, Change]] = {}
    every = [leaf for _key, node in segments for leaf in leaves(node)]
    for place, (field, had) in enumerate(facts.items()):
        if had is None:
            continue
        own = [leaf for leaf in every if leaf.field == field]
        low, high = (limits or {}).get(field, (None, None))
        if field in only_grow:
            low = had
        for wanted in _turning_points(own, had, (steps or {}).get(field)):
            if wanted == had or not _is_within(wanted, low, high):
                continue
            key = first_match(segments, {**facts, field: wanted}, judge)
            change = Change(field, had, wanted)
            found = (_size(had, wanted), place, change)
            if key != current and (key not in best or found[:2] < best[key][:2]):
                best[key] = found
    ordered = sorted(best.items(), key=lambda one: one[1][:2])
    return [(key, change) for key, (_share, _place, change) in ordered]


def _turning_points(own: list[Leaf], had, step) -> list:
    """Return the values of a fact at which a comparison may turn.

    Those that comparisons name and one step to either side; where a step is wider than
    the gap between two of them, its middle. A whole number stays one.
    """
    if isinstance(had, bool):
        return [not had]
    named = {
        value
        for leaf in own
        for value in (leaf.value if isinstance(leaf.value, tuple) else (leaf.value,))
        if _is_alike(value, had)
    }
    points = set(named)
    if isinstance(had, int):
        whole = {math.floor(value) for value in named}
        whole |= {math.ceil(value) for value in named}
        points = {value + shift for value in whole for shift in (-1, 0, 1)}
    elif isinstance(had, float | date):
        size = step or (0.01 if isinstance(had, float) else timedelta(days=1))
        for value in named:
            points |= {value - size, value + size}
        if isinstance(had, float):
            between = itertools.pairwise(sorted(named))
            points |= {(low + high) / 2 for low, high in between}
    return sorted(points)


def _is_alike(value, had) -> bool:
    if _is_number(had):
        return _is_number(value)
    return isinstance(value, type(had))


def _is_within(value, low, high) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _size(had, wanted) -> float:
    """Return how large a change is, as a share of today's value; 1 of what has none.

    Days count as parts of a year.
    """
    if isinstance(had, date):
        return abs((wanted - had).days) / DAYS_A_YEAR
    if not _is_number(had):
        return 1.0
    return abs(wanted - had) / max(abs(had), 1)


def telling_digits(values: Iterable[float], least: int = 0, most: int = 6) -> int:
    """Return the fewest decimals with which different numbers look different.

    >>> telling_digits([70.0, 69.57]), telling_digits([70, 12])
    (1, 0)
    """
    numbers = {Decimal(str(value)) for value in values}
    for digits in range(least, most):
        step = Decimal(1).scaleb(-digits)
        if len({one.quantize(step, ROUND_HALF_UP) for one in numbers}) == len(numbers):
            return digits
    return most
