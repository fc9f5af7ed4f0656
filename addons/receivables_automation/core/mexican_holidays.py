"""Mexico's public holidays, by the law that was in force in each year.

Source: Ley Federal del Trabajo, article 74; its reforms of DOF 17 January 2006 (moved
Mondays; its second transitory article keeps 21 March in 2006) and DOF 30 September 2024
(1 October instead of 1 December). Election days (fraction IX) are set election by
election, are Sundays, and are not here.
"""

from datetime import date, timedelta
from functools import lru_cache

MONDAY = 0
FIRST_YEAR_OF_MONDAYS = 2006
FIRST_YEAR_OF_OCTOBER = 2024
# One of the years in which the federal executive changes, every six years.
A_YEAR_OF_HANDOVER = 2024


@lru_cache(maxsize=64)
def mexican_holidays(year: int) -> frozenset[date]:
    """Return the days of compulsory rest of a year, all of the country's states.

    Years before the law (1970) get the days it has had since.

    >>> max(mexican_holidays(2026))
    datetime.date(2026, 12, 25)
    """
    has_mondays = year >= FIRST_YEAR_OF_MONDAYS
    has_juarez_monday = year > FIRST_YEAR_OF_MONDAYS
    days = {
        date(year, 1, 1),
        _monday(year, 2, 1) if has_mondays else date(year, 2, 5),
        _monday(year, 3, 3) if has_juarez_monday else date(year, 3, 21),
        date(year, 5, 1),
        date(year, 9, 16),
        _monday(year, 11, 3) if has_mondays else date(year, 11, 20),
        date(year, 12, 25),
    }
    if (year - A_YEAR_OF_HANDOVER) % 6 == 0:
        is_october = year >= FIRST_YEAR_OF_OCTOBER
        days.add(date(year, 10, 1) if is_october else date(year, 12, 1))
    return frozenset(days)


def _monday(year: int, month: int, which: int) -> date:
    """Return the first, second… Monday of a month."""
    first = date(year, month, 1)
    days_to_monday = (MONDAY - first.weekday()) % 7
    return first + timedelta(days=days_to_monday + 7 * (which - 1))
