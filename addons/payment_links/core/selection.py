"""What a payer's choice on the payment page comes to: the server's own computation.

The browser says which items, and perhaps another amount. It is never believed about
what they cost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)
_TOO_LARGE = 10**15
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)


class RefusalCode(StrEnum):
    """Why a choice cannot be paid."""

    NOTHING_CHOSEN = "nothing_chosen"
    UNKNOWN_ITEM = "unknown_item"
    NOTHING_DUE = "nothing_due"
    OTHER_CURRENCY = "other_currency"
    TOTAL_CHANGED = "total_changed"
    NOT_AN_AMOUNT = "not_an_amount"
    TOO_MANY_DECIMALS = "too_many_decimals"
    OVER_TOTAL = "over_total"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True)
class PayableItem:
    """An open item of a link: ``residual`` is live, positive is owed to us.

    ``cap`` is the most that this link takes for it, None for all of it.
    """

    id: int
    residual: Decimal
    currency: str
    cap: Decimal | None = None

    @property
    def amount_due(self) -> Decimal:
        """Return what the link asks for, in the item's currency; 0 if nothing."""
        asked = self.residual if self.cap is None else min(self.residual, self.cap)
        return max(asked, ZERO)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link allows: its currency and that currency's decimals.

    ``minimum`` is the least that a partial payment may be; all that is due may always
    be paid. None: no partial payment at all.
    """

    currency: str
    decimals: int
    minimum: Decimal | None = ZERO


@dataclass(frozen=True, slots=True)
class Choice:
    """What the browser sent, unchecked.

    ``amount`` is the other amount that the payer typed, None to pay all that is chosen;
    ``shown_total`` and ``currency`` what the page showed, None if it does not say.
    """

    item_ids: object
    amount: object = None
    shown_total: object = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """An amount for one item, above zero, in the charge's currency."""

    item_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """What to charge; the allocations add up to ``amount``, in the link's order."""

    currency: str
    amount: Decimal
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is charged; ``total`` is what the choice costs, where it is known."""

    code: RefusalCode
    total: Decimal | None = None


def select(
    items: Sequence[PayableItem], terms: Terms, choice: Choice
) -> Charge | Refusal:
    """Return what to charge for a choice, or why not.

    ``items`` are all of the link's, in the order in which a partial payment settles
    them. An id that is chosen twice counts once.
    """
    chosen = _chosen(items, terms, choice)
    if isinstance(chosen, Refusal):
        return chosen
    total = sum((item.amount_due for item in chosen), ZERO)
    if choice.shown_total is not None and _number(choice.shown_total) != total:
        return Refusal(RefusalCode.TOTAL_CHANGED, total)
    amount = total
    if choice.amount is not None:
        amount = _number(choice.amount)
        code = _fault(amount, total, terms)
        if code:
            return Refusal(code, total)
    return Charge(terms.currency, amount, _allocate(chosen, amount))


def _chosen(
    items: Sequence[PayableItem], terms: Terms, choice: Choice
) -> list[PayableItem] | Refusal:
    """Return the chosen items in the link's order."""
    if not choice.item_ids:
        return Refusal(RefusalCode.NOTHING_CHOSEN)
    wanted = _ids(choice.item_ids)
    if wanted is None or not wanted <= {item.id for item in items}:
        return Refusal(RefusalCode.UNKNOWN_ITEM)
    chosen = [item for item in items if item.id in wanted]
    is_other_shown = choice.currency not in (None, terms.currency)
    if is_other_shown or any(item.currency != terms.currency for item in chosen):
        return Refusal(RefusalCode.OTHER_CURRENCY)
    if any(item.amount_due <= 0 for item in chosen):
        return Refusal(RefusalCode.NOTHING_DUE)
    return chosen


def _ids(values: object) -> set[int] | None:
    """Return the ids that a browser sent, None if they are not a list of ids."""
    if not isinstance(values, (list, tuple)):
        return None
    # A bool is an int to Python, and True would be item 1.
    if any(type(value) is not int for value in values):
        return None
    return set(values)


def _number(value: object) -> Decimal | None:
    """Return a number that a browser sent, None if it is none above zero."""
    if isinstance(value, Decimal):
        text = format(value, "f")
    elif type(value) is int:
        # Python refuses to write an integer of thousands of digits.
        text = str(value) if 0 <= value < _TOO_LARGE else ""
    elif isinstance(value, (float, str)):
        # A float's shortest text is what the browser wrote; its binary value is not.
        text = str(value)
    else:
        text = ""
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text) or None


def _fault(amount: Decimal | None, total: Decimal, terms: Terms) -> RefusalCode | None:
    """Return what is wrong with another amount than the total."""
    if amount is None:
        return RefusalCode.NOT_AN_AMOUNT
    if amount != round(amount, terms.decimals):
        return RefusalCode.TOO_MANY_DECIMALS
    if amount > total:
        return RefusalCode.OVER_TOTAL
    if amount < total and (terms.minimum is None or amount < terms.minimum):
        return RefusalCode.BELOW_MINIMUM
    return None


def _allocate(chosen: Sequence[PayableItem], amount: Decimal) -> tuple[Allocation, ...]:
    """Return the amount spread over the items, each filled before the next."""
    allocations = []
    rest = amount
    for item in chosen:
        part = min(item.amount_due, rest)
        if part > 0:
            allocations.append(Allocation(item.id, part))
            rest -= part
    return tuple(allocations)
