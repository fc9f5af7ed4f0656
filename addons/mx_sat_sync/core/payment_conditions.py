"""Reads CondicionesDePago where it plainly says when to pay, and nowhere else.

Every word has to be known and the number has to be alone: "30 días hábiles", "50 %
anticipo y 30 días" or "30/60/90" say more than a number of days, so they say nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

# A longer term is more likely a folio, a year or an amount.
MAX_DAYS = 730

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "enero ene",
            "febrero feb",
            "marzo mar",
            "abril abr",
            "mayo may",
            "junio jun",
            "julio jul",
            "agosto ago",
            "septiembre setiembre sep sept",
            "octubre oct",
            "noviembre nov",
            "diciembre dic",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(
        r"(?P<year>20[0-9]{2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
    ),
    re.compile(
        r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>20[0-9]{2})"
    ),
    re.compile(
        rf"(?P<day>[0-9]{{1,2}})(?: de |[-/. ])(?P<month>{_MONTH})"
        r"(?: de | del |[-/. ])(?P<year>20[0-9]{2})"
    ),
)
_WORD = re.compile(r"[a-z]+|[0-9]+|[^\sa-z0-9]")
_CASH = frozenset({"contado"})
_DAYS = frozenset({"dia", "dias", "d", "day", "days"})
_NET = frozenset({"neto", "netos", "net"})
_WORDS_BY_DAYS = (
    "a al de del en la el un plazo pago pagos pagadero pagar credito creditos termino"
    " condicion condiciones vence vencimiento fecha factura facturacion emision partir"
    " natural naturales calendario . , : ; ( ) -"
)
_WORDS_BY_DATE = "a de del el en mas tardar condicion condiciones fecha . , : ; ( ) -"
_WORDS_OF_DUE = "vence vencimiento pago pagar pagadero limite"
_WORDS_BY_CASH = "a al de del pago pagos condicion condiciones inmediato . , : ; ( ) -"
_AROUND_DAYS = frozenset(_WORDS_BY_DAYS.split())
_AROUND_DATE = frozenset(_WORDS_BY_DATE.split())
_DUE = frozenset(_WORDS_OF_DUE.split())
_AROUND_CASH = frozenset(_WORDS_BY_CASH.split())


@dataclass(frozen=True, slots=True)
class Condition:
    """What a text says: ``kind`` is ``days``, ``date`` or ``cash``."""

    kind: str
    date: date


def read_condition(text: str, issued: date) -> Condition | None:
    """Return when a condition of payment falls due, ``None`` if it does not say.

    Days are natural days from ``issued``; dates are day first, as in Mexico; a date
    before ``issued`` or a term of more than ``MAX_DAYS`` is not believed.

    >>> read_condition("Crédito 45 días naturales", date(2026, 1, 1)).date
    datetime.date(2026, 2, 15)
    >>> read_condition("Según contrato 45", date(2026, 1, 1)) is None
    True
    """
    plain = _plain(text)
    dated, rest = _take_date(plain)
    words = _WORD.findall(rest)
    numbers = [word for word in words if word.isdigit()]
    others = {word for word in words if not word.isdigit()}
    if dated:
        says_due = bool(others & _DUE) or "fecha" not in others
        is_near = 0 <= (dated - issued).days <= MAX_DAYS
        if is_near and says_due and not numbers and others <= _AROUND_DATE | _DUE:
            return Condition("date", dated)
        return None
    if not numbers and others & _CASH and others <= _AROUND_CASH | _CASH:
        return Condition("cash", issued)
    is_term = others & (_DAYS | _NET) and others <= _AROUND_DAYS | _DAYS | _NET
    if len(numbers) == 1 and is_term and len(numbers[0]) <= 3:
        days = int(numbers[0])
        if days <= MAX_DAYS:
            return Condition("days", issued + timedelta(days=days))
    return None


def _plain(text: str) -> str:
    """Return a text in lower case, without accents, with single blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def _take_date(text: str) -> tuple[date | None, str]:
    """Return the first date in a text, and the text without it."""
    for pattern in _DATES:
        found = pattern.search(text)
        if found:
            month = found["month"]
            number = int(month) if month.isdigit() else _MONTHS[month]
            try:
                dated = date(int(found["year"]), number, int(found["day"]))
            except ValueError:
                return None, text
            return dated, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text
