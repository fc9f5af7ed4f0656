"""What it costs to be paid earlier, and to reward who pays on time."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

DAYS_OF_YEAR = Decimal(365)
DAYS_OF_MONTH = Decimal(30)
# Any month of that length.
MONTH = [date(2026, 4, day) for day in range(1, 31)]


def mean_days(due_on: Callable[[date], date]) -> Decimal:
    """Return how many days after an invoice it is due, on the mean of a month's.

    Terms that count from the end of the month give more days to who buys early in it.

    :param due_on: returns the due date of an invoice of a day.

    >>> mean_days(lambda day: day), mean_days(lambda day: date(2026, 5, 30))
    (Decimal('0'), Decimal('44.5'))
    """
    return Decimal(sum((due_on(day) - day).days for day in MONTH)) / len(MONTH)


def yearly_cost(discount: Decimal, discount_days: int, net_days: Decimal) -> Decimal:
    """Return the simple yearly rate, in percent, that an early-payment discount costs.

    Who gives ``discount`` percent for money that comes ``net_days - discount_days``
    earlier borrows what is left of the price at that rate: the textbook's cost of trade
    credit, without compounding (Brealey, Myers and Allen, *Principles of Corporate
    Finance*, on trade credit).

    :raises ValueError: a discount outside ]0, 100[, or one that ends on the due date or
        later and so brings no money forward.

    >>> round(yearly_cost(Decimal(3), 10, Decimal(30)), 1)
    Decimal('56.4')
    >>> round(yearly_cost(Decimal(2), 10, Decimal(30)), 1)
    Decimal('37.2')
    """
    if not 0 < discount < 100:
        raise ValueError(f"a discount of {discount} % is not between 0 and 100")
    days = net_days - discount_days
    if days <= 0:
        raise ValueError(
            f"{discount_days} of {net_days} days: the discount brings nothing forward"
        )
    return 100 * discount / (100 - discount) * DAYS_OF_YEAR / days


def financing_cost(amount: Decimal, yearly_rate: Decimal, days: int) -> Decimal:
    """Return what lending ``amount`` for ``days`` costs at ``yearly_rate`` percent.

    >>> financing_cost(Decimal(36500), Decimal(20), 30)
    Decimal('600')
    """
    return amount * yearly_rate * days / (100 * DAYS_OF_YEAR)


def longer_term_cost(
    monthly_sales: Decimal, extra_days: Decimal, yearly_rate: Decimal, valid_days: int
) -> Decimal:
    """Return what ``extra_days`` of credit cost on the sales of ``valid_days``.

    The receivables grow by the sales of the extra days, and stay so as long as the term
    holds.

    >>> round(longer_term_cost(Decimal(30000), Decimal(10), Decimal("36.5"), 100), 2)
    Decimal('1000.00')
    """
    more = monthly_sales / DAYS_OF_MONTH * extra_days
    return financing_cost(more, yearly_rate, valid_days)


def price_cost(monthly_sales: Decimal, percent: Decimal, valid_days: int) -> Decimal:
    """Return what ``percent`` off costs on the sales of ``valid_days``.

    >>> price_cost(Decimal(30000), Decimal(2), 90)
    Decimal('1800')
    """
    return monthly_sales / DAYS_OF_MONTH * valid_days * percent / 100
