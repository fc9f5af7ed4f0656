"""Segments: which conditions a debtor meets, and what would have to change.

A segment's condition is a domain over the facts of a debtor. An empty fact (None) meets
no condition but *is not set*: what nobody has measured decides nothing.
"""

import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
# More alternatives than a person would write; beyond them nothing is proposed.
MOST_ALTERNATIVES = 256


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
    if isinstance(value, list):
        value = tuple(value)
    return Leaf(field, sign, value)


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


def first_match(
    segments: Iterable[tuple[object, Node]], facts: Mapping, judge: Judge | None = None
):
    """Return the key of the first segment whose condition holds; None if none does."""
    for key, node in segments:
        if holds(node, facts, judge):
            return key
    return None


def would_change(
    segments: Sequence[tuple[object, Node]],
    current,
    facts: Mapping,
    steps: Mapping | None = None,
    only_grow: frozenset[str] = frozenset(),
    judge: Judge | None = None,
) -> list[tuple[object, tuple[Change, ...]]]:
    """Return (segment, smallest change of facts that leads to it), the nearest first.

    With that change and no other the segment would be the first that matches. Only
    facts that have been measured change; what they do not lead to is left out.

    :param steps: by field, the smallest difference of its values; else 1 for whole
        numbers, 0.01 for others, a day for dates.
    :param only_grow: facts that can only become more, such as counts of the past.
    """
    found = []
    for place, (key, node) in enumerate(segments):
        if key == current:
            continue
        for changes in _ways(node, facts, steps or {}, only_grow, judge):
            changed = {**facts, **{one.field: one.wanted for one in changes}}
            if first_match(segments, changed, judge) == key:
                found.append((_cost(changes), place, key, changes))
                break
    found.sort(key=lambda one: one[:2])
    return [(key, changes) for _cost_, _place, key, changes in found]


def _ways(node, facts, steps, only_grow, judge) -> list[tuple[Change, ...]]:
    """Return the changes of each alternative with which a condition holds."""
    ways = []
    for conjunction in _alternatives(node):
        by_field: dict[str, list[Leaf]] = {}
        is_possible = True
        for leaf in conjunction:
            if leaf.field in facts:
                by_field.setdefault(leaf.field, []).append(leaf)
            else:
                is_possible &= bool(judge and judge(leaf))
        changes = []
        for field, wanted in by_field.items():
            value, is_found = _nearest(
                facts[field], wanted, steps.get(field), field in only_grow
            )
            # What nobody has measured is no lever, and what is measured stays so.
            is_possible &= is_found and (value is None) == (facts[field] is None)
            if is_found and value != facts[field]:
                changes.append(Change(field, facts[field], value))
        if is_possible:
            ways.append(tuple(changes))
    return sorted(ways, key=_cost)


def _alternatives(node: Node) -> list[tuple[Leaf, ...]]:
    """Return the tree as alternatives, each a list of what must hold together."""
    if isinstance(node, Leaf):
        return [(node,)]
    parts = [_alternatives(child) for child in node.children]
    if node.is_any:
        return [one for part in parts for one in part][:MOST_ALTERNATIVES]
    joined = itertools.islice(itertools.product(*parts), MOST_ALTERNATIVES)
    return [tuple(itertools.chain.from_iterable(one)) for one in joined]


def _nearest(had, wanted: list[Leaf], step, only_grows: bool):
    """Return (value nearest to ``had`` that meets all, whether there is one)."""
    candidates = [had]
    for leaf in wanted:
        candidates += _candidates(leaf, had, step)
    fitting = _fitting(candidates, had, wanted, only_grows)
    if not fitting:
        # Between two strict bounds, when a step would leave the gap.
        known = sorted({one for one in candidates if isinstance(one, int | float)})
        if any(isinstance(one, float) for one in known):
            between = [(low + high) / 2 for low, high in itertools.pairwise(known)]
            fitting = _fitting(between, had, wanted, only_grows)
    if not fitting:
        return had, False
    return min(fitting, key=lambda one: _distance(had, one)), True


def _fitting(candidates: list, had, wanted: list[Leaf], only_grows: bool) -> list:
    return [
        one
        for one in candidates
        if not (only_grows and had is not None and (one is None or one < had))
        and all(compare(one, leaf.operator, leaf.value) for leaf in wanted)
    ]


def _candidates(leaf: Leaf, had, step) -> list:
    values = leaf.value if leaf.operator in ("in", "not in") else (leaf.value,)
    if leaf.operator in ("=", "in", "<=", ">="):
        return [
            None if one is False and not isinstance(had, bool) else one
            for one in values
        ]
    found = []
    for value in values:
        if isinstance(value, bool):
            found.append(not value)
        elif _is_number(value) or isinstance(value, date):
            size = step or _step_of(value, had)
            found += [value - size, value + size]
    return found


def _step_of(value, had):
    if isinstance(value, date):
        return timedelta(days=1)
    is_whole = isinstance(value, int) and (had is None or isinstance(had, int))
    return 1 if is_whole else 0.01


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _distance(had, wanted) -> float:
    """Return how far a change goes: 0 for none, 1 at most for what is no number."""
    if had == wanted and (had is None) == (wanted is None):
        return 0.0
    if isinstance(had, date) and isinstance(wanted, date):
        return abs((wanted - had).days)
    if _is_number(wanted) and (had is None or _is_number(had)):
        return abs(wanted - (had or 0))
    return 1.0


def _cost(changes: tuple[Change, ...]) -> tuple[int, float]:
    """Return what to prefer the least: many facts, then large relative changes."""
    size = 0.0
    for change in changes:
        distance = _distance(change.had, change.wanted)
        scale = max(
            (abs(one) for one in (change.had, change.wanted) if _is_number(one)),
            default=1,
        )
        size += distance / max(scale, 1)
    return len(changes), size
