from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.credit_application import (
    LONG_TEXT_LENGTH,
    MAX_REFERENCES,
    REQUIRED,
    Problem,
    lacking,
    read_form,
    references_figure,
    review_day,
    typed_amount,
)
from odoo.addons.receivables_automation.core.states import (
    CREDIT_APPLICATION,
    ForbiddenMove,
    move,
)

TYPED = {
    "legal_name": " Ferretería El Águila ",
    "vat": "fea 010203-ab1",
    "contact_name": "Rosa Pérez",
    "phone": "81 5550 1200",
    "email": "rosa@aguila.example",
    "address": "Av. Juárez 10",
    "limit_requested": "$ 120,000.00",
}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"),
        ("1234.5", "1234.5"),
        ("1,234,567.89", "1234567.89"),
        ("$50", "50"),
        ("12,34", None),
        ("1.234,50", None),
        ("1e9", None),
        ("NaN", None),
        ("-1", None),
        ("5.123", None),
        ("٣٤", None),
        ("9" * 13, None),
        ("", None),
    ],
)
def test_typed_amounts(text, amount):
    assert typed_amount(text) == (Decimal(amount) if amount else None)


def test_a_good_form_has_no_problem_and_clean_values():
    form = read_form(TYPED, [{"name": "Aceros", "phone": "1", "amount": "10,000"}])

    assert form.problems == ()
    assert form.values["legal_name"] == "Ferretería El Águila"
    assert form.values["vat"] == "FEA010203AB1"
    assert form.values["limit_requested"] == Decimal("120000.00")
    assert form.references[0]["amount"] == Decimal(10000)
    assert not lacking(form.values, 1, 1, True)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("limit_requested", "mucho", "amount"),
        ("vat", "XAXX", "vat"),
        ("email", "rosa@", "email"),
        ("address", "x" * (LONG_TEXT_LENGTH + 1), "too_long"),
    ],
)
def test_each_bad_value_is_named(name, value, code):
    problems = read_form(TYPED | {name: value}, []).problems

    assert [(one.field, one.code) for one in problems] == [(name, code)]


def test_a_draft_may_be_empty_but_what_is_sent_may_not():
    form = read_form({}, [{}, {"terms": "30 días"}])

    assert form.problems == ()
    assert form.references == ()
    names = [one.field for one in lacking(form.values, 0, 3, False)]
    assert names == [*REQUIRED, "references", "consent"]


def test_a_reference_needs_a_name_and_a_phone():
    problems = read_form({}, [{"name": "A", "phone": "1"}, {"amount": "5"}]).problems

    assert problems == (Problem("references", "required", "", 2),)


def test_no_more_references_than_anybody_calls():
    row = {"name": "A", "phone": "1"}

    assert len(read_form({}, [row] * 50).references) == MAX_REFERENCES


def test_references_are_worth_their_average_and_bad_ones_nothing():
    good, bad, unchecked = (
        ("good", Decimal(300)),
        ("bad", Decimal(900)),
        ("none", Decimal(5)),
    )

    assert references_figure([good, good, bad, unchecked]) == Decimal(200)
    assert references_figure([bad]) == 0
    assert references_figure([unchecked]) is None
    assert references_figure([]) is None


def test_review_days():
    assert review_day(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert review_day(date(2026, 1, 15), 12) == date(2027, 1, 15)
    assert review_day(date(2026, 1, 15), 0) is None


def test_an_application_is_decided_under_review_only():
    for state in ("draft", "expired"):
        for decision in ("approved", "rejected"):
            with pytest.raises(ForbiddenMove):
                move(CREDIT_APPLICATION, state, decision)
    assert move(CREDIT_APPLICATION, "approved", "review")
    assert not move(CREDIT_APPLICATION, "approved", "approved")


@given(st.dictionaries(st.sampled_from(sorted(TYPED)), st.text(max_size=60)))
def test_whatever_is_typed_gives_values_or_problems(typed):
    form = read_form(typed, [{name: text for name, text in typed.items()}])

    assert all(isinstance(value, str | Decimal) for value in form.values.values())
    for problem in form.problems:
        assert problem.field and problem.code
