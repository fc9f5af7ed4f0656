from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.incentives import (
    financing_cost,
    longer_term_cost,
    mean_days,
    price_cost,
    yearly_cost,
)

DISCOUNTS = st.decimals("0.01", "99", places=2)
AMOUNTS = st.decimals(0, "1e9", places=2)
RATES = st.decimals(0, 100, places=2)
DAYS = st.integers(1, 365)


@pytest.mark.parametrize(
    ("discount", "within", "net", "cost"),
    [
        # 3/10 net 30 and 2/10 net 30 as the textbooks have them.
        ("3", 10, 30, "56.4"),
        ("2", 10, 30, "37.2"),
        ("1", 10, 40, "12.3"),
        ("2", 15, 60, "16.6"),
    ],
)
def test_yearly_cost_of_usual_terms(discount, within, net, cost):
    assert round(yearly_cost(Decimal(discount), within, net), 1) == Decimal(cost)


@pytest.mark.parametrize(
    ("discount", "within", "net"),
    [("0", 10, 30), ("100", 10, 30), ("-3", 10, 30), ("3", 30, 30), ("3", 31, 30)],
)
def test_a_discount_that_brings_nothing_forward_is_refused(discount, within, net):
    with pytest.raises(ValueError, match=r"discount"):
        yearly_cost(Decimal(discount), within, net)


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        (lambda day: day + timedelta(days=30), "30"),
        # From 30 April: of the month's 30 invoices the first waits 29 days for it and
        # the last none, 14.5 on the mean; then the days after it.
        (lambda day: date(2026, 4, 30) + timedelta(days=30), "44.5"),
        (lambda day: date(2026, 4, 30) + timedelta(days=10), "24.5"),
        (lambda day: date(2026, 5, 31), "45.5"),
    ],
)
def test_days_until_due_are_the_mean_of_a_month(due_on, days):
    assert mean_days(due_on) == Decimal(days)


@given(DISCOUNTS, st.integers(0, 60), DAYS)
def test_money_that_comes_earlier_by_more_days_costs_less_a_year(
    discount, within, days
):
    shorter = yearly_cost(discount, within, within + days)
    longer = yearly_cost(discount, within, within + days + 1)

    assert 0 < longer < shorter


@given(DISCOUNTS, st.integers(0, 60), DAYS)
def test_lending_at_that_cost_earns_exactly_the_discount(discount, within, days):
    rate = yearly_cost(discount, within, within + days)
    paid = Decimal(100) - discount

    assert abs(financing_cost(paid, rate, days) - discount) < Decimal("1e-15")


@given(AMOUNTS, DAYS, RATES, DAYS)
def test_a_longer_term_costs_in_proportion_to_its_days(sales, extra, rate, valid):
    once = longer_term_cost(sales, extra, rate, valid)
    twice = longer_term_cost(sales, 2 * extra, rate, valid)

    assert once >= 0
    assert abs(twice - 2 * once) < Decimal("1e-9")
    assert longer_term_cost(sales, 0, rate, valid) == 0


@given(AMOUNTS, DAYS)
def test_no_percent_off_costs_nothing(sales, valid):
    assert price_cost(sales, Decimal(0), valid) == 0
