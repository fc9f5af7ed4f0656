"""Who may approve how much credit."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from .credit_rules import limit_of

# More than any amount.
NO_LIMIT = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Credit:
    """What somebody granted a customer: the kind of credit and a limit.

    ``kind`` is the policy's (`limit`, `cash_only` or `unlimited`); ``limit`` is core's,
    where 0 means no limit.
    """

    kind: str
    limit: Decimal

    @property
    def usable(self) -> Decimal:
        """Return what the customer may owe today."""
        limit = limit_of(self.kind, self.limit)
        return NO_LIMIT if limit is None else limit

    @property
    def promised(self) -> Decimal:
        """Return what the customer may owe today or once a policy gives credit.

        >>> Credit("cash_only", Decimal(500)).promised
        Decimal('500')
        """
        return max(self.limit, self.usable) if self.kind == "cash_only" else self.usable


def raised_to(before: Credit, after: Credit) -> Decimal | None:
    """Return the credit that is to be approved, None where nothing rises.

    >>> raised_to(Credit("limit", Decimal(500)), Credit("limit", Decimal(0)))
    Decimal('Infinity')
    >>> raised_to(Credit("limit", Decimal(0)), Credit("limit", Decimal(500)))
    """
    if after.usable > before.usable or after.promised > before.promised:
        return after.promised
    return None


@dataclass(frozen=True, slots=True)
class Tier:
    """Users who may approve up to an amount; ``up_to`` None is any amount."""

    name: str
    up_to: Decimal | None
    approvers: frozenset[int] = frozenset()

    def covers(self, amount: Decimal | None) -> bool:
        """Return whether the amount is within this tier; None is without limit."""
        return self.up_to is None or (amount is not None and amount <= self.up_to)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a user may not approve an amount.

    ``reason`` is `own` (asked for it), `over_every` (no tier reaches the amount;
    ``tier`` is the highest) or `not_in_tier` (``tier`` is the lowest that reaches it).
    """

    reason: str
    tier: Tier | None = None


def refusal(
    amount: Decimal | None,
    user: int,
    requesters: Collection[int],
    tiers: Collection[Tier],
) -> Refusal | None:
    """Return why ``user`` may not approve ``amount``, or None if they may.

    Who may approve more may approve less. Nobody approves what they asked for.

    :param amount: None is credit without limit.

    >>> small = Tier("Management", Decimal(100), frozenset({7}))
    >>> refusal(Decimal(100), 7, (), [small])
    >>> refusal(Decimal("100.01"), 7, (), [small]).reason
    'over_every'
    """
    if user in requesters:
        return Refusal("own")
    ordered = sorted(tiers, key=lambda one: (one.up_to is None, one.up_to or 0))
    reaching = [tier for tier in ordered if tier.covers(amount)]
    if not reaching:
        return Refusal("over_every", ordered[-1] if ordered else None)
    if any(user in tier.approvers for tier in reaching):
        return None
    return Refusal("not_in_tier", reaching[0])
