"""How one payment is parted among the documents that it settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What a document takes of a payment.

    ``settled`` is in the document's currency, ``paid`` in the payment's; both above 0.
    ``is_local`` says that the document is in the company's currency.
    """

    settled: Decimal
    paid: Decimal
    is_local: bool


@dataclass(frozen=True, slots=True)
class Split:
    """The balances of a payment's receivable lines, in company currency, all positive.

    ``balances`` follow the shares; ``rest_paid`` and ``rest_balance`` are what no
    document takes (the customer's credit), 0 if nothing is left; ``exchange`` is what
    the rates leave over: above 0 a gain, below 0 a loss.
    """

    balances: tuple[Decimal, ...]
    rest_paid: Decimal
    rest_balance: Decimal
    exchange: Decimal


def _round(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def split_payment(
    amount: Decimal, balance: Decimal, shares: Sequence[Share], step: Decimal
) -> Split:
    """Return the balance of each share, the rest and the exchange difference.

    ``amount`` is the payment in its currency, ``balance`` the same in company
    currency, ``step`` the smallest coin of the company's currency. A share in company
    currency is worth what it settles; any other is worth its part of ``balance``. What
    rounding leaves goes to the rest, else to the last share in another currency.

    The lines always add up: sum(balances) + rest_balance + exchange == balance.

    :raises ValueError: the shares take more than ``amount``, or one is not above 0.

    >>> split_payment(
    ...     Decimal(300), Decimal(300), [Share(Decimal(100), Decimal(100), True)],
    ...     Decimal("0.01"),
    ... ).rest_balance
    Decimal('200')
    """
    if any(share.settled <= 0 or share.paid <= 0 for share in shares):
        raise ValueError("Every share is above 0.")
    rest_paid = amount - sum((share.paid for share in shares), Decimal(0))
    if rest_paid < 0:
        raise ValueError("The shares take more than the payment.")
    balances = [
        share.settled if share.is_local else _round(balance * share.paid / amount, step)
        for share in shares
    ]
    left = balance - sum(balances, Decimal(0))
    if rest_paid:
        # The rest is worth its part; where rates differ, that is no customer's money.
        worth = _round(balance * rest_paid / amount, step)
        is_rounding = abs(left - worth) <= step * (len(shares) + 1)
        rest_balance = left if is_rounding else worth
        return Split(tuple(balances), rest_paid, rest_balance, left - rest_balance)
    others = [index for index, share in enumerate(shares) if not share.is_local]
    if others and abs(left) <= step * len(shares):
        balances[others[-1]] += left
        left = Decimal(0)
    return Split(tuple(balances), Decimal(0), Decimal(0), left)
