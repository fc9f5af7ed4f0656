"""The watch list: told once, gone when the cause is gone, and not before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.watch import (
    Entry,
    Step,
    is_missed,
    lower_limit,
    rotation_days,
    step_of_condition,
    step_of_rise,
)

DAY = date(2026, 6, 30)
LIVE = Entry(True, DAY, Decimal(1))
GONE = Entry(False, DAY, Decimal(1))


def _rise(entry, value, today=DAY, quiet=90):
    return step_of_rise(entry, value, Decimal(1), today, quiet)


@pytest.mark.parametrize(
    ("entry", "is_met", "is_released", "expected"),
    [
        (None, True, False, Step.OPEN),
        (None, False, True, Step.NONE),
        (LIVE, True, False, Step.NONE),
        (LIVE, False, False, Step.NONE),
        (LIVE, False, True, Step.OVER),
        (LIVE, True, True, Step.NONE),
        (GONE, True, False, Step.OPEN),
        (GONE, False, True, Step.NONE),
    ],
)
def test_a_condition_opens_once_and_ends_when_it_is_released(
    entry, is_met, is_released, expected
):
    assert step_of_condition(entry, is_met, is_released) is expected


@pytest.mark.parametrize(
    ("entry", "value", "expected"),
    [
        (None, 0, Step.NONE),
        (None, 1, Step.OPEN),
        (LIVE, 1, Step.NONE),
        (LIVE, 2, Step.RENEW),
        (LIVE, 0, Step.OVER),
        (GONE, 1, Step.NONE),
        (GONE, 2, Step.OPEN),
        (GONE, 0, Step.FOLLOW),
    ],
)
def test_each_rise_is_news_once(entry, value, expected):
    assert _rise(entry, Decimal(value)) is expected


def test_what_nobody_measures_changes_nothing():
    assert _rise(None, None) is Step.NONE
    assert _rise(LIVE, None) is Step.NONE


def test_quiet_days_end_it_and_not_a_day_earlier():
    assert _rise(LIVE, Decimal(1), DAY + timedelta(89)) is Step.NONE
    assert _rise(LIVE, Decimal(1), DAY + timedelta(90)) is Step.OVER


@given(st.lists(st.integers(0, 4), max_size=30))
def test_as_many_entries_as_rises_whatever_happens(values):
    entry, opened, rises, known = None, 0, 0, 0
    for days, value in enumerate(values):
        rises += value > known
        known = value
        step = _rise(entry, Decimal(value), DAY + timedelta(days), quiet=10_000)
        if step in (Step.OPEN, Step.RENEW):
            opened += 1
            entry = Entry(True, DAY, Decimal(value))
        elif step is not Step.NONE:
            entry = Entry(False, DAY, Decimal(value))

    assert opened == rises


@pytest.mark.parametrize(
    ("limit", "owed", "expected"),
    [("120000", "5", "96000.00"), ("0", "84310", "84310.00"), ("0", "-5", "0.00")],
)
def test_a_lower_limit_or_what_is_owed_today(limit, owed, expected):
    coin = Decimal("0.01")
    amount = lower_limit(Decimal(limit), Decimal(owed), Decimal(20), coin)

    assert str(amount) == expected


def test_a_limit_without_cents():
    assert lower_limit(Decimal(999), Decimal(0), Decimal(50), Decimal(1)) == 500


def test_a_target_is_missed_above_it_and_met_again_by_a_margin():
    target, owed = Decimal(20), Decimal(1)

    assert not is_missed(Decimal(20), target, False, owed)
    assert is_missed(Decimal("20.1"), target, False, owed)
    assert is_missed(Decimal("19.1"), target, True, owed)
    assert not is_missed(Decimal(19), target, True, owed)
    assert not is_missed(Decimal(99), Decimal(0), False, owed)


def test_what_cannot_be_measured_stays_missed_while_something_is_owed():
    target = Decimal(20)

    assert is_missed(None, target, True, Decimal(1))
    assert not is_missed(None, target, False, Decimal(1))
    assert not is_missed(None, target, True, Decimal(0))
    assert not is_missed(None, Decimal(0), True, Decimal(1))


def test_rotation_needs_sales():
    assert rotation_days(Decimal(50), Decimal(90), 90) == 50
    assert rotation_days(Decimal(50), Decimal(0), 90) is None
