"""Credit rules: what a policy says to a document that a debtor asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)
EFFECTS = ("none", "warn", "block")
STATES = {"none": "ok", "warn": "warning", "block": "hold"}


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one debtor could cost one company, in its currency, part by part.

    ``overdue``, ``not_due``, ``orders`` and ``drafts`` add to it; ``unapplied`` (money
    and credit notes no invoice was settled with) and ``guarantees`` take off, both
    given as positive amounts.
    """

    overdue: Decimal = ZERO
    not_due: Decimal = ZERO
    orders: Decimal = ZERO
    drafts: Decimal = ZERO
    unapplied: Decimal = ZERO
    guarantees: Decimal = ZERO
    days_overdue: int = 0

    @property
    def total(self) -> Decimal:
        """Return the exposure; below zero is money that we hold of the debtor.

        >>> Exposure(overdue=Decimal(30), unapplied=Decimal(5)).total
        Decimal('25')
        """
        owed = self.overdue + self.not_due + self.orders + self.drafts
        return owed - self.unapplied - self.guarantees


@dataclass(frozen=True, slots=True)
class Rule:
    """A consequence: a condition and what it does to an order and to an invoice.

    ``kind`` is `over_limit` (threshold: amount), `oldest_age` (days), `documents`,
    `broken_promises`, `instructions` (how many) or `fact` (of the profile: ``fact``
    compared by ``sign``, `>=` or `<=`). ``key`` tells rules apart.
    """

    key: str
    kind: str
    threshold: Decimal = ZERO
    on_order: str = "none"
    on_invoice: str = "none"
    fact: str = ""
    sign: str = ">="

    @property
    def code(self) -> str:
        """Return what a release names: the kind, with its fact."""
        return f"{self.kind}:{self.fact}" if self.fact else self.kind


@dataclass(frozen=True, slots=True)
class Terms:
    """The part of a policy's version that holds documents.

    ``credit`` is `limit`, `cash_only` or `unlimited`.
    """

    credit: str
    tolerance_days: int = 0
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """A debtor before a document.

    :param limit: None where there is no limit.
    :param extra: what the document would add to the exposure.
    :param facts: of the profile; None is what nobody measured, absent what is gone.
    """

    exposure: Exposure = Exposure()
    limit: Decimal | None = None
    extra: Decimal = ZERO
    facts: Mapping[str, Decimal | int | float | None] = field(default_factory=dict)
    documents: Sequence[str] = ()
    instructions: Sequence[str] = ()

    @property
    def excess(self) -> Decimal | None:
        """Return the amount over the limit with the document, or None without limit."""
        if self.limit is None:
            return None
        return self.exposure.total + self.extra - self.limit


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule on one situation: ``value`` is None where it could not be told."""

    rule: Rule
    holds: bool
    value: Decimal | int | float | None
    is_known: bool = True


def limit_of(
    credit: str, limit: Decimal, raised_percent: Decimal = ZERO
) -> Decimal | None:
    """Return the amount a debtor may owe, None for no limit; not rounded.

    ``limit`` is core's: 0 means no limit. A negative one allows nothing.
    ``raised_percent`` is what a reward adds to it.

    >>> limit_of("limit", Decimal(0)), limit_of("cash_only", Decimal(500))
    (None, Decimal('0'))
    >>> limit_of("limit", Decimal(50_000), Decimal(10))
    Decimal('55000')
    """
    if credit == "cash_only":
        return ZERO
    if credit == "unlimited" or not limit:
        return None
    return max(limit + limit * raised_percent / 100, ZERO)


def rules_of(terms: Terms) -> tuple[Rule, ...]:
    """Return the rules, for cash-only with the one that such terms imply.

    Who has no credit is stopped above it even where no rule says so.
    """
    if terms.credit == "cash_only" and all(
        rule.kind != "over_limit" for rule in terms.rules
    ):
        implied = Rule("cash_only", "over_limit", ZERO, "block", "block")
        return (implied, *terms.rules)
    return terms.rules


def check(terms: Terms, situation: Situation) -> list[Finding]:
    """Return what each rule says; a condition that cannot be told does not hold."""
    return [_find(rule, terms, situation) for rule in rules_of(terms)]


def _find(rule: Rule, terms: Terms, situation: Situation) -> Finding:
    match rule.kind:
        case "over_limit":
            excess = situation.excess
            holds = excess is not None and excess > rule.threshold
            return Finding(rule, holds, excess)
        case "oldest_age":
            days = situation.exposure.days_overdue
            return Finding(rule, days > rule.threshold + terms.tolerance_days, days)
        case "documents" | "instructions":
            count = len(getattr(situation, rule.kind))
            return Finding(rule, count >= max(rule.threshold, 1), count)
        case _:
            name = "broken_promise_count" if rule.kind != "fact" else rule.fact
            value = situation.facts.get(name)
            if value is None:
                return Finding(rule, False, None, name in situation.facts)
            figure = Decimal(str(value))
            if rule.kind != "fact":
                return Finding(rule, figure >= max(rule.threshold, 1), value)
            is_below = rule.sign == "<="
            holds = figure <= rule.threshold if is_below else figure >= rule.threshold
            return Finding(rule, holds, value)


def worst(effects: Iterable[str]) -> str:
    """Return the strongest of `none`, `warn` and `block`.

    >>> worst(["warn", "none"]), worst([])
    ('warn', 'none')
    """
    return max(effects, key=EFFECTS.index, default="none")


def state_of(findings: Iterable[Finding]) -> str:
    """Return `ok`, `warning` or `hold` for a debtor: the worst that holds anywhere."""
    return STATES[
        worst(
            worst((finding.rule.on_order, finding.rule.on_invoice))
            for finding in findings
            if finding.holds
        )
    ]


def acting(findings: Iterable[Finding], stage: str) -> list[Finding]:
    """Return what holds and has an effect on ``stage``: `order` or `invoice`."""
    return [
        finding
        for finding in findings
        if finding.holds and getattr(finding.rule, f"on_{stage}") != "none"
    ]


@dataclass(frozen=True, slots=True)
class Release:
    """What was released of one document: reasons, and its amount and excess then.

    The excess may have grown since by ``tolerance_percent`` of ``amount``, no more.
    """

    codes: frozenset[str]
    excess: Decimal = ZERO
    amount: Decimal = ZERO
    tolerance_percent: Decimal = ZERO

    @property
    def ceiling(self) -> Decimal:
        """Return the amount over the limit up to which it holds."""
        return self.excess + self.amount * self.tolerance_percent / 100


def is_released(finding: Finding, by_document: Iterable[Iterable[Release]]) -> bool:
    """Return whether a finding is covered by the releases of one document or several.

    Each of the documents needs a release that names it. Several together cover the
    greatest excess of theirs, grown by the tolerance of all their amounts.
    """
    best = []
    for releases in by_document:
        naming = [one for one in releases if finding.rule.code in one.codes]
        if not naming:
            return False
        best.append(max(naming, key=lambda one: one.ceiling))
    if finding.rule.kind != "over_limit" or not best:
        return bool(best)
    together = Release(
        frozenset(),
        max(one.excess for one in best),
        sum((one.amount for one in best), ZERO),
        min(one.tolerance_percent for one in best),
    )
    return finding.value <= together.ceiling
