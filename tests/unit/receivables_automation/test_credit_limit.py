from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.credit_limit import (
    INPUTS,
    MAX_LENGTH,
    FormulaError,
    compute,
    inputs_of,
)

VALUES = {
    "average_monthly_credit_sales": Decimal("50000"),
    "rotation": Decimal("45"),
    "on_time_ratio": Decimal("0.8"),
    "payment_capacity": Decimal("60000"),
    "references": Decimal("3"),
    "guarantees": Decimal("10000"),
}
FIGURES = st.decimals("-1e9", "1e9", places=2)


def test_a_limit_comes_with_every_step_of_its_arithmetic():
    formula = (
        "min(average_monthly_credit_sales * 2 * on_time_ratio, payment_capacity)"
        " + guarantees"
    )

    calculation = compute(formula, VALUES, {"on_time_ratio": "Pagado a tiempo"})

    assert calculation.value == Decimal("70000")
    assert calculation.lines == (
        "average_monthly_credit_sales = 50,000",
        "guarantees = 10,000",
        "Pagado a tiempo = 0.8",
        "payment_capacity = 60,000",
        "50,000 × 2 = 100,000",
        "100,000 × 0.8 = 80,000",
        "min(80,000, 60,000) = 60,000",
        "60,000 + 10,000 = 70,000",
    )


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("100", "100"),
        ("-guarantees + 12000", "2000"),
        ("(1 + 2) * 3", "9"),
        ("1 + 2 * 3", "7"),
        ("0.1 + 0.2", "0.3"),
        ("  30 / rotation * 45 ", "30"),
        ("max(1, 2, 3)", "3"),
    ],
)
def test_precedence_parentheses_and_decimals_are_those_of_paper(formula, value):
    assert compute(formula, VALUES).value.quantize(Decimal("0.0001")) == Decimal(value)


@pytest.mark.parametrize(
    ("formula", "problem", "part"),
    [
        ("sales * 2", "unknown_input", "sales"),
        ("guarantees / (rotation - 45)", "zero_division", "rotation - 45"),
        ("guarantees +", "syntax", None),
        ("", "syntax", None),
        ("guarantees ** 9", "syntax", "guarantees ** 9"),
        ("__import__('os').system('id')", "syntax", None),
        ("guarantees.real", "syntax", "guarantees.real"),
        ("guarantees if rotation else 1", "syntax", None),
        ("'text'", "syntax", "'text'"),
        ("True + 1", "syntax", "True"),
        ("[1]", "syntax", "[1]"),
        ("min()", "syntax", "min()"),
        ("abs(1)", "syntax", "abs(1)"),
        ("min(*guarantees)", "syntax", None),
        ("0x10", "syntax", "0x10"),
        ("1 + " * MAX_LENGTH + "1", "too_long", None),
        ("1e999999 * 1e999999", "too_large", None),
        ("1e400", "too_large", "1e400"),
        ("-1e9999999", "too_large", "-1e9999999"),
        ("guarantees * 1e308", "too_large", "guarantees * 1e308"),
        ("(" * 220 + "1" + ")" * 220, "syntax", None),
    ],
)
def test_what_is_no_formula_is_refused_with_the_part_it_lies_in(formula, problem, part):
    with pytest.raises(FormulaError) as refusal:
        compute(formula, VALUES)

    assert refusal.value.problem == problem
    assert part is None or refusal.value.part == part


def test_an_input_without_a_value_is_named():
    with pytest.raises(FormulaError) as refusal:
        compute("payment_capacity + 1", VALUES | {"payment_capacity": None})

    assert (refusal.value.problem, refusal.value.part) == (
        "missing_input",
        "payment_capacity",
    )


def test_an_input_that_the_formula_does_not_name_need_not_have_a_value():
    assert compute("guarantees", {"guarantees": Decimal(1)}).value == 1


def test_every_offered_input_can_be_named():
    assert inputs_of(" + ".join(INPUTS)) == tuple(sorted(INPUTS))


@given(st.lists(FIGURES, min_size=1, max_size=8))
def test_a_sum_is_exact_whatever_its_terms(figures):
    formula = "0"
    for figure in figures:
        formula += f" + ({figure})"

    assert compute(formula, {}).value == sum(figures)


@given(FIGURES, FIGURES)
def test_the_smaller_and_the_larger_are_the_terms_themselves(one, other):
    values = {"guarantees": one, "payment_capacity": other}

    low = compute("min(guarantees, payment_capacity)", values).value
    high = compute("max(guarantees, payment_capacity)", values).value

    assert low <= high
    assert {low, high} == {one, other}


@given(st.text(max_size=60))
def test_any_text_gives_a_limit_or_a_reason(text):
    try:
        value = compute(text, VALUES).value
    except FormulaError as error:
        assert error.problem
    else:
        assert isinstance(value, Decimal)
