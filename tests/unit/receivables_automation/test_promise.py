"""Promises: kept, partly kept or broken by money, its day and the items it settled."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.promise import (
    Credit,
    Money,
    Promise,
    Settled,
    Verdict,
    count_money,
    judge,
)

MADE = date(2026, 3, 2)
LAST = date(2026, 3, 12)
AFTER = LAST + timedelta(1)
INVOICE = 7
OTHER = 8
COIN = Decimal("0.01")
PROMISE = Promise(1, Decimal(100), MADE, LAST, Decimal(0), frozenset({INVOICE}))


def _paid(amount, day=LAST, item=INVOICE):
    return Money(day, Decimal(amount), item)


def _judged(*money, promise=PROMISE, owed=None, today=AFTER, credited=()):
    """Return the verdict on one promise of an invoice of 100."""
    if owed is None:
        settled = (*money, *credited)
        owed = 100 - sum(one.amount for one in settled if one.item == INVOICE)
    return judge([promise], money, {INVOICE: Decimal(owed)}, today, credited)[1]


def _credited(amount, day=LAST, **values):
    return Credit(day, Decimal(amount), INVOICE, **values)


def _settled(amount, entry=1, money=0, total=0, discount=0):
    numbers = (Decimal(money), Decimal(total), Decimal(discount))
    return Settled(LAST, Decimal(amount), INVOICE, entry, *numbers)


def test_nothing_paid_is_open_up_to_the_last_day_and_broken_after_it():
    assert _judged(today=LAST).state == "open"
    assert _judged(today=AFTER).state == "broken"


@pytest.mark.parametrize("day", [MADE, LAST], ids=["first day", "last day"])
def test_all_paid_within_the_days_keeps_it_at_once(day):
    assert _judged(_paid(100, day), today=day) == Verdict("kept", Decimal(100), day)


def test_money_that_comes_too_late_does_not_count():
    assert _judged(_paid(100, AFTER)) == Verdict("broken", Decimal(0))


def test_money_that_came_before_the_promise_only_lowers_what_is_owed():
    early = _paid(60, MADE - timedelta(1))

    assert _judged(early, _paid(40)) == Verdict("kept", Decimal(40), LAST)


def test_a_part_leaves_it_open_then_partial_with_the_exact_sum():
    part = _paid("40.01")

    assert _judged(part, today=LAST).state == "open"
    assert _judged(part) == Verdict("partial", Decimal("40.01"), LAST)


def test_several_parts_add_up():
    money = [_paid(30, MADE), _paid("69.99", LAST)]

    assert _judged(*money).state == "partial"
    assert _judged(*money, _paid("0.01")).state == "kept"


def test_the_tolerance_forgives_its_amount_and_not_a_cent_more():
    promise = replace(PROMISE, tolerance=Decimal(1))

    assert _judged(_paid(99), promise=promise).state == "kept"
    assert _judged(_paid("98.99"), promise=promise).state == "partial"


def test_no_tolerance_keeps_a_promise_without_money():
    promise = replace(PROMISE, amount=Decimal(1), tolerance=Decimal(1))

    assert _judged(promise=promise, today=LAST).state == "open"
    assert _judged(promise=promise).state != "kept"


def test_money_of_another_invoice_does_not_count():
    assert _judged(_paid(100, item=OTHER), owed=100).state == "broken"


def test_a_credit_note_lowers_what_is_to_be_paid():
    assert _judged(_paid(60), owed=0).state == "kept"
    assert _judged(_paid(60), owed=40).state == "partial"


def test_a_credit_note_over_all_leaves_nothing_to_keep_or_break():
    assert _judged(owed=0).state == "void"
    assert _judged(owed=0, today=LAST).state == "open"


def test_only_a_credit_note_dated_in_time_lowers_what_is_to_be_paid():
    assert _judged(_paid(60), credited=[_credited(40)]).state == "kept"
    assert _judged(_paid(60), credited=[_credited(40, AFTER)]).state == "partial"
    assert _judged(credited=[_credited(100, AFTER)]).state == "broken"


def test_what_is_written_off_with_a_payment_is_missing():
    lost = _credited(90, is_written_off=True)

    assert _judged(_paid(10), credited=[lost]).state == "partial"
    before = replace(lost, day=MADE - timedelta(1))
    assert _judged(_paid(10), credited=[before]).state == "kept"


def test_one_that_ended_is_not_void_when_its_documents_are_cancelled():
    for state in ("kept", "partial", "broken"):
        promise = replace(PROMISE, state=state)
        for today in (LAST, AFTER):
            assert _judged(promise=promise, owed=0, today=today).state == "ended"
        assert _judged(promise=promise, owed=100).state == "broken"


def test_a_payment_counts_as_what_it_brought():
    money, credited = count_money([_settled(100, money=10, total=100)], COIN)

    assert [one.amount for one in money] == [10]
    assert [one.amount for one in credited if one.is_written_off] == [90]


def test_a_discount_that_the_terms_grant_is_not_written_off():
    rows = [_settled(100, money=97, total=100, discount=3)]
    money, credited = count_money(rows, COIN)

    assert [one.amount for one in money] == [97]
    assert [(one.amount, one.is_written_off) for one in credited] == [
        (3, False),
        (0, True),
    ]
    assert _judged(*money, credited=credited).state == "kept"


def test_a_payment_of_more_than_the_item_is_money_as_a_whole():
    money, credited = count_money([_settled(100, money=250, total=100)], COIN)

    assert [one.amount for one in money] == [100]
    assert not any(one.amount for one in credited)


def test_a_credit_note_brings_no_money():
    assert count_money([_settled(40, entry=None)], COIN) == ([], [_credited(40)])


def test_a_returned_payment_reopens():
    assert _judged(_paid(100), today=LAST).state == "kept"
    assert _judged(owed=100, today=LAST).state == "open"


def test_money_that_is_not_applied_waits_instead_of_breaking():
    verdict = _judged(_paid(100, item=None), owed=100)

    assert (verdict.state, verdict.waits, verdict.received) == ("open", True, 0)
    assert _judged(_paid(99, item=None), owed=100).state == "broken"
    assert _judged(_paid(100, AFTER, item=None), owed=100).state == "broken"


def test_money_that_is_not_applied_counts_for_the_whole_debt():
    promise = replace(PROMISE, is_whole=True)

    assert _judged(_paid(100, item=None), promise=promise, owed=100).state == "kept"


def test_weekly_promises_share_the_money_the_first_to_end_takes_first():
    weeks = [
        replace(
            PROMISE, id=week, amount=Decimal(50), last_day=LAST + timedelta(7 * week)
        )
        for week in range(2)
    ]
    money = [_paid(50, MADE)]

    verdicts = judge(weeks, money, {INVOICE: Decimal(50)}, LAST + timedelta(8))

    assert [verdicts[week].state for week in range(2)] == ["kept", "broken"]


def test_what_came_late_for_one_promise_counts_for_the_next():
    first = replace(PROMISE, amount=Decimal(50))
    second = replace(first, id=2, last_day=LAST + timedelta(7))
    late = [_paid(50, AFTER)]

    verdicts = judge([second, first], late, {INVOICE: Decimal(50)}, LAST + timedelta(9))

    assert (verdicts[1].state, verdicts[2].state) == ("broken", "kept")


CENTS = st.integers(0, 20_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(-3, 20).map(lambda days: MADE + timedelta(days))
MONEY = st.lists(
    st.builds(Money, DAYS, CENTS, st.sampled_from([INVOICE, OTHER, None])), max_size=6
)
PROMISES = st.lists(
    st.builds(
        Promise,
        st.integers(1, 10_000),
        CENTS.filter(bool),
        st.just(MADE),
        st.integers(0, 15).map(lambda days: MADE + timedelta(days)),
        st.sampled_from([Decimal(0), Decimal(1)]),
        st.sampled_from([frozenset({INVOICE}), frozenset({INVOICE, OTHER})]),
        st.booleans(),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
CREDITS = st.lists(
    st.builds(Credit, DAYS, CENTS, st.sampled_from([INVOICE, OTHER]), st.booleans()),
    max_size=4,
)
OWED = st.fixed_dictionaries({INVOICE: CENTS, OTHER: CENTS})


@given(PROMISES, MONEY, OWED, DAYS)
def test_no_peso_counts_twice_nor_more_than_was_promised(promises, money, owed, today):
    verdicts = judge(promises, money, owed, today)

    assert set(verdicts) == {promise.id for promise in promises}
    assert sum(one.received for one in verdicts.values()) <= sum(
        one.amount for one in money
    )
    for promise in promises:
        assert 0 <= verdicts[promise.id].received <= promise.amount


@given(PROMISES, MONEY, OWED, DAYS)
def test_nothing_is_decided_against_a_debtor_before_the_last_day(
    promises, money, owed, today
):
    for promise in promises:
        verdict = judge(promises, money, owed, today)[promise.id]
        if today <= promise.last_day:
            assert verdict.state in ("open", "kept")
        if verdict.state in ("kept", "partial"):
            assert verdict.received > 0
            assert promise.made_on <= verdict.paid_on <= promise.last_day


@given(PROMISES.filter(lambda some: len(some) == 1), MONEY, OWED, DAYS, CENTS)
def test_more_money_in_time_never_makes_it_worse(promises, money, owed, today, more):
    [promise] = promises
    order = ["broken", "void", "partial", "open", "kept"]
    before = judge(promises, money, owed, today)[promise.id]
    paid = min(more, owed[INVOICE])
    after = judge(
        promises,
        [*money, Money(promise.made_on, paid, INVOICE)],
        owed | {INVOICE: owed[INVOICE] - paid},
        today,
    )[promise.id]

    assert after.received >= before.received
    if before.state != "void":
        assert order.index(after.state) >= order.index(before.state)


@given(PROMISES, MONEY, OWED, DAYS)
def test_the_order_of_what_is_read_changes_no_state(promises, money, owed, today):
    assert judge(promises, money, owed, today) == judge(
        promises[::-1], money, owed, today
    )


@given(PROMISES.filter(lambda some: len(some) == 1), MONEY, CREDITS, OWED, DAYS, CENTS)
def test_what_is_credited_too_late_changes_nothing(
    promises, money, credited, owed, today, more
):
    [promise] = promises
    before = judge(promises, money, owed, today, credited)
    amount = min(more, owed[INVOICE])
    late = Credit(promise.last_day + timedelta(1), amount, INVOICE)
    after = judge(
        promises,
        money,
        owed | {INVOICE: owed[INVOICE] - amount},
        today,
        [*credited, late],
    )

    assert after == before


@given(
    st.lists(st.tuples(CENTS, st.sampled_from([1, 2])), min_size=1, max_size=8),
    st.integers(0, 120),
)
def test_money_and_credits_of_an_entry_add_up_to_what_it_settled(rows, percent):
    totals = {
        key: sum((amount for amount, of in rows if of == key), Decimal(0))
        for key in (1, 2)
    }
    brought = {
        key: (total * percent / 100).quantize(COIN) for key, total in totals.items()
    }
    settled = [
        _settled(amount, of, brought[of], totals[of], discount=1) for amount, of in rows
    ]
    money, credited = count_money(settled, COIN)

    assert sum(one.amount for one in (*money, *credited)) == sum(totals.values())
    assert all(one.amount >= 0 for one in (*money, *credited))
    assert sum(one.amount for one in money) == sum(
        min(brought[key], totals[key]) for key in totals
    )
