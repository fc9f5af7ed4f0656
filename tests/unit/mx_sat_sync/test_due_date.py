"""When an invoice falls due follows the issue's rules, and text is never guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.mx_sat_sync.core.due_date import Terms, find_due_date
from odoo.addons.mx_sat_sync.core.payment_conditions import MAX_DAYS, read_condition

ISSUED = date(2026, 11, 10)
ALL = Terms(customer=15, policy=30, company=45)


def _due(method="PPD", conditions="", terms=ALL):
    due = find_due_date(ISSUED, method, conditions, terms)
    return due.date, due.rule, due.source


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (ALL, (date(2026, 11, 25), "term_customer", "15")),
        (Terms(None, 30, 45), (date(2026, 12, 10), "term_policy", "30")),
        (Terms(None, None, 45), (date(2026, 12, 25), "term_company", "45")),
        (Terms(0, 30, 45), (ISSUED, "term_customer", "0")),
        (Terms(), (ISSUED, "issue_date", "2026-11-10")),
    ],
)
def test_the_nearest_agreement_gives_the_term(terms, expected):
    assert _due(terms=terms) == expected


@pytest.mark.parametrize("conditions", ["", "30 días", "Contado"])
def test_pue_is_due_on_the_last_day_of_its_month(conditions):
    assert _due("PUE", conditions) == (date(2026, 11, 30), "pue_month_end", "PUE")


def test_the_invoice_s_own_condition_comes_before_every_term():
    assert _due(conditions="60 días") == (
        date(2027, 1, 9),
        "condition_days",
        "60 días",
    )


def test_a_text_that_does_not_say_leaves_the_term():
    assert _due(conditions="Según contrato")[1] == "term_customer"


@pytest.mark.parametrize("days", [-1, MAX_DAYS + 1])
def test_a_term_that_cannot_be_is_refused(days):
    with pytest.raises(ValueError, match="is no term"):
        _due(terms=Terms(customer=days))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("30 días", 30),
        ("30 DIAS", 30),
        ("Crédito 45 dias naturales", 45),
        ("CREDITO A 15 DÍAS.", 15),
        ("NETO 15", 15),
        ("Net 30", 30),
        ("Net 30 days", 30),
        ("Pago a 8 días fecha factura", 8),
        ("30 días a partir de la fecha de emisión", 30),
        ("plazo: (90) días", 90),
        ("30d", 30),
        ("  0 días ", 0),
    ],
)
def test_a_number_of_days_is_read(text, days):
    condition = read_condition(text, ISSUED)

    assert condition.kind == "days"
    assert condition.date == ISSUED + timedelta(days=days)


@pytest.mark.parametrize(
    "text",
    [
        "15/12/2026",
        "2026-12-15",
        "15-12-2026",
        "Vence el 15/12/2026",
        "Fecha de vencimiento: 15.12.2026",
        "Pagar a más tardar el 15 de diciembre de 2026",
        "15/dic/2026",
    ],
)
def test_a_date_is_read_day_first(text):
    condition = read_condition(text, ISSUED)

    assert (condition.kind, condition.date) == ("date", date(2026, 12, 15))


@pytest.mark.parametrize(
    "text", ["contado", "CONTADO", "Pago de contado", "Al contado."]
)
def test_cash_is_due_at_once(text):
    condition = read_condition(text, ISSUED)

    assert (condition.kind, condition.date) == ("cash", ISSUED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "Crédito 30",
        "30/60/90 días",
        "30 y 60 días",
        "30 días hábiles",
        "50% anticipo, 30 días el resto",
        "2% 10 neto 30",
        "2 meses",
        "30 días después de la entrega",
        "Pedido 30 días",
        "Contrato 4500123",
        "9999 días",
        "2.5 días",
        "No es de contado",
        "Contado 30 días",
        "12/15/2026",
        "31/02/2027",
        "15/12/26",
        "Fecha de emisión 15/12/2026",
        "Fecha 15/12/2026",
        "Contrato del 15/12/2026",
        "15/12/2026 o 30 días",
        "01/01/2020",
        "01/01/2096",
        "٣٠ días",
    ],
)
def test_anything_else_is_not_guessed(text):
    assert read_condition(text, ISSUED) is None


@given(st.text(max_size=60), st.dates(date(2014, 1, 1), date(2090, 1, 1)))
def test_no_text_gives_a_date_before_the_invoice_or_far_away(text, issued):
    condition = read_condition(text, issued)

    assert condition is None or 0 <= (condition.date - issued).days <= MAX_DAYS


@given(st.dates(date(2014, 1, 1), date(2090, 12, 31)))
def test_pue_never_leaves_its_month(issued):
    due = find_due_date(issued, "PUE", "", Terms())

    assert (due.date.year, due.date.month) == (issued.year, issued.month)
    assert (due.date + timedelta(days=1)).day == 1
