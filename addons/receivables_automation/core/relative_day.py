"""Dates as conditions write them: "2026-03-31", or relative to today: "today -30d"."""

import re
from calendar import monthrange
from datetime import date, timedelta

DAYS = {"d": 1, "w": 7}
MONTHS = {"m": 1, "y": 12}
WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
STARTS = ("today", "now")
TERM = re.compile(r"([+-]\d+)([dwmy])|=(\d+)([dmy])|([=+-])(\w+day)")


def day_of(text: str, today: date) -> date:
    """Return the date that ``text`` says: Odoo's notation, without hours.

    Terms follow each other: "+3d" and "-1m" add, "=1d" sets a part, "=monday" is that
    day of the week, "+monday" and "-monday" the next and the last, or today.

    :raises ValueError: it says no date.

    >>> day_of("today -1m =1d", date(2026, 3, 31)).isoformat()
    '2026-02-01'
    """
    if re.match(r"\d+-", text):
        return date.fromisoformat(text[:10])
    terms = text.split()
    if terms and terms[0] in STARTS:
        del terms[0]
    elif not terms:
        raise ValueError(text)
    day = today
    for term in terms:
        found = TERM.fullmatch(term)
        if not found:
            raise ValueError(text)
        number, unit, part, part_unit, sign, weekday = found.groups()
        if unit in DAYS:
            day += timedelta(days=int(number) * DAYS[unit])
        elif unit:
            month = day.year * 12 + day.month - 1 + int(number) * MONTHS[unit]
            day = _day(month // 12, month % 12 + 1, day.day)
        elif part:
            parts = {"y": day.year, "m": day.month, "d": day.day, part_unit: int(part)}
            day = _day(parts["y"], parts["m"], parts["d"])
        else:
            # A weekday that is none is not in the tuple: a ValueError as well.
            days = WEEKDAYS.index(weekday) - day.weekday()
            if sign == "+" and days < 0:
                days += 7
            elif sign == "-" and days > 0:
                days -= 7
            day += timedelta(days=days)
    return day


def _day(year: int, month: int, day: int) -> date:
    """Return a date; the last day of its month where that has not as many."""
    return date(year, month, min(day, monthrange(year, month)[1]))
