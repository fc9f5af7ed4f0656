"""One peso, one payment: which payment is the money that a door reports."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.same_money import (
    Candidate,
    Match,
    Reported,
    find_same_money,
    normalise_number,
)

DAY = date(2026, 3, 10)
REPORTED = Reported("sat", Decimal("14501.16"), DAY, documents=frozenset({1}))
PAYMENT = Candidate(7, Decimal("14501.16"), DAY, documents=frozenset({1}))


def _found(*candidates, reported=REPORTED, window=5):
    return find_same_money(reported, candidates, window)


def test_the_only_payment_with_customer_amount_and_days_is_the_money():
    found = _found(replace(PAYMENT, day=DAY + timedelta(5)))

    assert (found.match, found.payments) == (Match.AMOUNT, (7,))


@pytest.mark.parametrize(
    "other",
    [
        replace(PAYMENT, amount=Decimal("14501.15")),
        replace(PAYMENT, day=DAY + timedelta(6)),
        replace(PAYMENT, day=DAY - timedelta(6)),
        replace(PAYMENT, doors=frozenset({"sat"})),
        replace(PAYMENT, documents=frozenset({2})),
    ],
    ids=["a cent less", "too late", "too early", "claimed before", "other invoices"],
)
def test_what_cannot_be_the_money_is_not_taken_for_it(other):
    assert _found(other).match is Match.NONE


def test_a_payment_with_free_money_may_be_it_whatever_else_it_settled():
    free = replace(PAYMENT, documents=frozenset({2}), free=Decimal("0.01"))

    assert _found(free).match is Match.AMOUNT


def test_where_no_document_is_named_any_may_have_been_paid():
    reported = replace(REPORTED, documents=frozenset())

    assert _found(PAYMENT, reported=reported).match is Match.AMOUNT


def test_two_that_could_be_it_are_for_a_person_to_decide():
    found = _found(replace(PAYMENT, payment=9), PAYMENT)

    assert (found.match, found.payments) == (Match.AMBIGUOUS, (7, 9))


def test_a_tracking_key_decides_between_two():
    reported = replace(REPORTED, numbers=frozenset({"MBAN01002403"}))
    named = replace(PAYMENT, payment=9, numbers=frozenset({"MBAN01002403"}))

    found = _found(PAYMENT, named, reported=reported)

    assert (found.match, found.payments) == (Match.NUMBER, (9,))


def test_a_tracking_key_does_not_make_another_amount_the_same_money():
    reported = replace(REPORTED, numbers=frozenset({"MBAN01002403"}))
    other = replace(PAYMENT, amount=Decimal(1), numbers=frozenset({"MBAN01002403"}))

    assert _found(other, reported=reported).match is Match.NONE


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        (" mban-0100 2403 ", "MBAN01002403"),
        ("000123456", "123456"),
        ("12", ""),
        ("0000000", ""),
        ("99999999", ""),
        ("Pago", ""),
    ],
)
def test_numbers_are_compared_without_their_dress(written, compared):
    assert normalise_number(written) == compared


@given(
    st.permutations(["link", "sat", "bank"]),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
def test_any_order_of_the_doors_leaves_one_payment(doors, days):
    ledger: list[Candidate] = []
    for door, late in zip(doors, days, strict=True):
        reported = replace(REPORTED, door=door, day=DAY + timedelta(late))
        found = find_same_money(reported, ledger, 5)
        if found.match is Match.NONE:
            claimed = replace(PAYMENT, day=reported.day, doors=frozenset({door}))
            ledger.append(replace(claimed, payment=len(ledger)))
        else:
            first = ledger[found.payments[0]]
            ledger[first.payment] = replace(first, doors=first.doors | {door})

    assert [one.doors for one in ledger] == [{"link", "sat", "bank"}]


@given(st.integers(1, 4))
def test_one_door_that_reports_the_same_amount_again_reports_other_money(times):
    ledger: list[Candidate] = []
    for number in range(times):
        found = find_same_money(REPORTED, ledger, 5)
        assert found.match is Match.NONE
        ledger.append(replace(PAYMENT, payment=number, doors=frozenset({"sat"})))
