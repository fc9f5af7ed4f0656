from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.ageing import (
    BUCKETS,
    Ageing,
    DatedAmount,
    age,
    bucket_of,
    days_overdue,
)

TODAY = date(2026, 3, 31)
AMOUNTS = st.decimals("-1e9", "1e9", places=2)


def _holds(bucket, days):
    return (bucket.first_day is None or bucket.first_day <= days) and (
        bucket.last_day is None or days <= bucket.last_day
    )


@pytest.mark.parametrize(
    ("days", "field"),
    [
        (-400, "amount_not_due"),
        (0, "amount_not_due"),
        (1, "amount_1_30"),
        (30, "amount_1_30"),
        (31, "amount_31_60"),
        (60, "amount_31_60"),
        (61, "amount_61_90"),
        (90, "amount_61_90"),
        (91, "amount_over_90"),
        (4000, "amount_over_90"),
    ],
)
def test_a_debt_falls_into_the_bucket_of_its_days(days, field):
    assert bucket_of(days).field == field


@given(st.integers(-5000, 5000))
def test_buckets_partition_the_days(days):
    holding = [bucket for bucket in BUCKETS if _holds(bucket, days)]

    assert holding == [bucket_of(days)]


def test_a_profile_has_an_amount_for_every_bucket():
    assert [bucket.field for bucket in BUCKETS] == list(Ageing.__dataclass_fields__)


def test_the_due_day_is_day_zero():
    assert days_overdue(TODAY, TODAY) == 0
    assert days_overdue(TODAY + timedelta(1), TODAY) == -1


@given(st.lists(st.tuples(st.integers(-200, 200), AMOUNTS)))
def test_buckets_partition_the_sum(debts):
    amounts = [
        DatedAmount("MXN", TODAY - timedelta(days), residual)
        for days, residual in debts
    ]

    ageing = age(amounts, TODAY).get("MXN", Ageing())

    assert ageing.open_amount == sum(residual for _, residual in debts)
    assert ageing.overdue_amount == sum(amount for days, amount in debts if days > 0)


def test_currencies_are_never_added_up():
    due = TODAY - timedelta(10)

    ageing = age(
        [
            DatedAmount("MXN", due, Decimal("100.10")),
            DatedAmount("USD", due, Decimal("7")),
            DatedAmount("MXN", due, Decimal("0.20")),
        ],
        TODAY,
    )

    assert ageing == {
        "MXN": Ageing(amount_1_30=Decimal("100.30")),
        "USD": Ageing(amount_1_30=Decimal("7")),
    }
