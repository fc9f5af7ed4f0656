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
    rfc_problem,
    typed_amount,
    typed_rfc,
)
from odoo.addons.receivables_automation.core.states import (
    CREDIT_APPLICATION,
    ForbiddenMove,
    move,
)

TYPED = {
    "legal_name": " Ferretería El Águila ",
    "vat": "fea 010203-ab2",
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
    assert form.values["vat"] == "FEA010203AB2"
    assert form.values["limit_requested"] == Decimal("120000.00")
    assert form.references[0]["amount"] == Decimal(10000)
    assert not lacking(form.values, 1, 1, True)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("limit_requested", "mucho", "amount"),
        ("vat", "XAXX", "vat"),
        ("vat", "FEA010203AB1", "vat_digit"),
        ("vat", "xaxx-010101-000", "vat_generic"),
        ("email", "rosa@", "email"),
        ("address", "x" * (LONG_TEXT_LENGTH + 1), "too_long"),
    ],
)
def test_each_bad_value_is_named(name, value, code):
    problems = read_form(TYPED | {name: value}, []).problems

    assert [(one.field, one.code) for one in problems] == [(name, code)]


# RFC of SAT's public test certificates (people and companies).
@pytest.mark.parametrize(
    "rfc",
    [
        "EKU9003173C9",
        "H&E951128469",
        "KAHO641101B39",
        "CACX7605101P8",
        "FUNK671228PH6",
        "JUFA7608212V6",
    ],
)
def test_real_rfc_are_accepted_and_with_another_digit_refused(rfc):
    assert rfc_problem(rfc) == ""
    other = "0" if rfc[-1] != "0" else "1"
    assert rfc_problem(rfc[:-1] + other) == "vat_digit"


@pytest.mark.parametrize(
    ("rfc", "problem"),
    [
        ("EKU9013173C9", "vat"),
        ("EKU900317", "vat"),
        ("KAHO641101", "vat"),
        ("EKU9003173C9X9", "vat"),
        ("XAXX010101000", "vat_generic"),
        ("XEXX010101000", "vat_generic"),
    ],
)
def test_what_is_no_rfc_of_one_s_own_says_why(rfc, problem):
    assert rfc_problem(rfc) == problem


def test_a_check_digit_that_we_know_is_not_asked_about_again():
    typed = TYPED | {"vat": "VACE-460910-SX6"}

    assert [one.code for one in read_form(typed, []).problems] == ["vat_digit"]
    assert not read_form(typed, [], "vace460910sx6").problems
    assert read_form(typed, [], "EKU9003173C9").problems


def test_a_number_from_abroad_that_we_know_is_kept_as_it_is():
    typed = TYPED | {"vat": "12-3456789"}

    form = read_form(typed, [], "12-3456789")
    assert (form.values["vat"], form.problems) == ("12-3456789", ())
    assert [one.code for one in read_form(typed, [], "98-3456789").problems] == ["vat"]
    generic = read_form(typed | {"vat": "XEXX010101000"}, [], "XEXX010101000")
    assert [one.code for one in generic.problems] == ["vat_generic"]


def test_no_value_has_a_character_that_a_database_refuses():
    form = read_form({name: f"{text}\x00" for name, text in TYPED.items()}, [])

    assert not [text for text in form.values.values() if "\x00" in str(text)]


@given(st.text(max_size=20))
def test_any_text_is_an_rfc_or_has_a_problem(text):
    assert rfc_problem(typed_rfc(text)) in ("", "vat", "vat_digit", "vat_generic")


def test_a_generic_rfc_is_not_sent():
    values = dict.fromkeys(REQUIRED, "x") | {"vat": "XAXX 010101 000"}

    assert lacking(values, 3, 3, True) == [
        Problem("vat", "vat_generic", "XAXX010101000")
    ]


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
    for state, decision in (
        ("draft", "approved"),
        ("draft", "rejected"),
        ("rejected", "approved"),
        ("expired", "rejected"),
        ("expired", "review"),
    ):
        with pytest.raises(ForbiddenMove):
            move(CREDIT_APPLICATION, state, decision)
    assert move(CREDIT_APPLICATION, "approved", "review")
    # What replaced it is over first.
    assert move(CREDIT_APPLICATION, "expired", "approved")
    assert not move(CREDIT_APPLICATION, "approved", "approved")


@given(st.dictionaries(st.sampled_from(sorted(TYPED)), st.text(max_size=60)))
def test_whatever_is_typed_gives_values_or_problems(typed):
    form = read_form(typed, [{name: text for name, text in typed.items()}])

    assert all(isinstance(value, str | Decimal) for value in form.values.values())
    for problem in form.problems:
        assert problem.field and problem.code
