"""What an application for credit says: typed figures, references and days."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from stdnum.exceptions import ValidationError
from stdnum.mx import rfc

TEXT_LENGTH = 200
LONG_TEXT_LENGTH = 2000
MAX_REFERENCES = 10
MAX_AMOUNT = Decimal(10) ** 12
TEXTS = ("legal_name", "contact_name", "phone", "business")
LONG_TEXTS = ("address", "guarantee_offer")
AMOUNTS = ("limit_requested", "monthly_sales", "assets", "liabilities")
# Without these nobody can decide; a draft may lack them.
REQUIRED = (
    "legal_name",
    "vat",
    "contact_name",
    "phone",
    "email",
    "address",
    "limit_requested",
)

MONEY = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,2})?", re.ASCII)
RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}", re.ASCII)
# SAT's own for sales to the public and to who lives abroad: nobody's in particular.
GENERIC_RFC = frozenset({"XAXX010101000", "XEXX010101000"})
EMAIL = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;.]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of a form.

    ``code`` is `amount`, `vat`, `vat_digit`, `vat_generic`, `email`, `too_long`,
    `required`, `references` or `consent`; ``value`` is what was typed, ``row`` the
    reference's number, from 1.
    """

    field: str
    code: str
    value: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, ready to be kept, and what is wrong with it."""

    values: Mapping[str, str | Decimal]
    references: tuple[Mapping[str, str | Decimal], ...]
    problems: tuple[Problem, ...] = field(default=())


def typed_amount(text: str) -> Decimal | None:
    """Return the amount that was typed, None if it is none.

    Thousands may be set apart by commas, as in Mexico.

    >>> typed_amount("$ 120,000.50"), typed_amount("1.200,50"), typed_amount("-5")
    (Decimal('120000.50'), None, None)
    """
    plain = text.strip().removeprefix("$").strip()
    if not MONEY.fullmatch(plain):
        return None
    amount = Decimal(plain.replace(",", ""))
    return amount if amount < MAX_AMOUNT else None


def typed_rfc(text: str) -> str:
    """Return an RFC as it is kept: capitals, without blanks, dashes and prefix MX.

    >>> typed_rfc("mx eku-900317 3c9")
    'EKU9003173C9'
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    if not RFC.fullmatch(plain) and RFC.fullmatch(plain[2:]):
        return plain.removeprefix("MX")
    return plain


def rfc_problem(text: str) -> str:
    """Return what is wrong with an RFC as it is kept, '' if nothing is.

    `vat` is no RFC or has no such day, `vat_generic` is nobody's own, `vat_digit` does
    not agree with its check digit. SAT has given out some RFC with a wrong check digit
    (`stdnum` counts 1.5 %): a person who looks at the certificate may accept them.

    >>> rfc_problem("EKU9003173C9"), rfc_problem("EKU9003173C8")
    ('', 'vat_digit')
    """
    if text in GENERIC_RFC:
        return "vat_generic"
    if not RFC.fullmatch(text):
        return "vat"
    try:
        rfc.validate(text)
    except ValidationError:
        return "vat"
    try:
        rfc.validate(text, validate_check_digits=True)
    except ValidationError:
        return "vat_digit"
    return ""


def read_form(
    typed: Mapping[str, str],
    references: Iterable[Mapping[str, str]],
    known_vat: str = "",
) -> Form:
    """Return the values of a form and what is wrong; nothing is required of a draft.

    Rows of references without a name, phone or amount are left out.

    :param known_vat: what we already have of the applicant. It need not be an RFC, for
        who lives abroad has another number, and is kept as we have it.
    """
    values: dict[str, str | Decimal] = {}
    problems: list[Problem] = []
    for name in (*TEXTS, *LONG_TEXTS):
        values[name] = _text(typed, name, problems)
    vat = typed_rfc(_plain(typed, "vat"))
    wrong = rfc_problem(vat) if vat else ""
    if wrong and wrong != "vat_generic" and vat == typed_rfc(known_vat):
        # Another country's number has a form of its own.
        vat = known_vat if wrong == "vat" else vat
    elif wrong:
        problems.append(Problem("vat", wrong, vat[:TEXT_LENGTH]))
    email = _plain(typed, "email")
    if email and not (EMAIL.fullmatch(email) and len(email) <= TEXT_LENGTH):
        problems.append(Problem("email", "email", email[:TEXT_LENGTH]))
    values |= {"vat": vat, "email": email}
    for name in AMOUNTS:
        values[name] = _amount(typed, name, problems)
    rows = []
    for number, row in enumerate(references, start=1):
        if not any(row.get(name, "").strip() for name in ("name", "phone", "amount")):
            continue
        rows.append(
            {
                "name": _text(row, "name", problems, number),
                "phone": _text(row, "phone", problems, number),
                "terms": _text(row, "terms", problems, number),
                "amount": _amount(row, "amount", problems, number),
            }
        )
        if not rows[-1]["name"] or not rows[-1]["phone"]:
            problems.append(Problem("references", "required", "", number))
    return Form(values, tuple(rows[:MAX_REFERENCES]), tuple(problems))


def lacking(
    values: Mapping[str, object],
    reference_count: int,
    wanted_references: int,
    has_consent: bool,
) -> list[Problem]:
    """Return what an application lacks before anybody can look at it."""
    problems = [Problem(name, "required") for name in REQUIRED if not values.get(name)]
    vat = typed_rfc(str(values.get("vat") or ""))
    if vat in GENERIC_RFC:
        problems.append(Problem("vat", "vat_generic", vat))
    if reference_count < wanted_references:
        problems.append(Problem("references", "references", str(wanted_references)))
    if not has_consent:
        problems.append(Problem("consent", "consent"))
    return problems


def references_figure(
    verdicts: Iterable[tuple[str, Decimal]],
) -> Decimal | None:
    """Return what references are worth in a limit formula, None if none was checked.

    It is the average credit that the good ones give, a bad one counting as 0.

    :param verdicts: (`good`, `bad` or `none`, amount of credit) of each reference.

    >>> references_figure([("good", Decimal(300)), ("bad", Decimal(900))])
    Decimal('150')
    >>> references_figure([("none", Decimal(300))])
    """
    amounts = [
        amount if verdict == "good" else Decimal(0)
        for verdict, amount in verdicts
        if verdict in ("good", "bad")
    ]
    return sum(amounts, Decimal(0)) / len(amounts) if amounts else None


def review_day(decided_on: date, months: int) -> date | None:
    """Return when a decision has to be looked at again, None for never.

    >>> review_day(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    if months <= 0:
        return None
    year, month = divmod(decided_on.year * 12 + decided_on.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(decided_on.day, last))


def _plain(typed, name) -> str:
    """Return what was typed, without the one character that no database keeps."""
    return typed.get(name, "").replace("\x00", "").strip()


def _text(typed, name, problems, row=0) -> str:
    text = _plain(typed, name)
    longest = LONG_TEXT_LENGTH if name in LONG_TEXTS else TEXT_LENGTH
    if len(text) > longest:
        problems.append(Problem(name, "too_long", str(longest), row))
    return text[:longest]


def _amount(typed, name, problems, row=0) -> Decimal:
    text = _plain(typed, name)
    amount = typed_amount(text) if text else Decimal(0)
    if amount is None:
        problems.append(Problem(name, "amount", text[:40], row))
        return Decimal(0)
    return amount
