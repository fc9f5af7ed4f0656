from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.payment_links.core.selection import (
    Allocation,
    Charge,
    Choice,
    PayableItem,
    Refusal,
    Terms,
    select,
)

MXN = Terms("MXN", 2, Decimal("50.00"))
ITEMS = (
    PayableItem(1, Decimal("31200.00"), "MXN"),
    PayableItem(2, Decimal("22000.00"), "MXN", cap=Decimal("500.00")),
    PayableItem(3, Decimal("0.05"), "MXN"),
    PayableItem(4, Decimal("0.00"), "MXN"),
    PayableItem(5, Decimal("-80.00"), "MXN"),
    PayableItem(6, Decimal("70.00"), "USD"),
)


def _pay(*item_ids, terms=MXN, items=ITEMS, **choice):
    return select(items, terms, Choice(list(item_ids), **choice))


def _code(*item_ids, **values):
    refusal = _pay(*item_ids, **values)
    assert isinstance(refusal, Refusal)
    return str(refusal.code)


def test_all_that_is_due_of_the_chosen_items_is_charged():
    assert _pay(1, 3) == Charge(
        "MXN",
        Decimal("31200.05"),
        (Allocation(1, Decimal("31200.00")), Allocation(3, Decimal("0.05"))),
    )


def test_a_cap_limits_what_is_asked_for_an_item():
    assert _pay(2).amount == Decimal("500.00")
    above = PayableItem(9, Decimal("10.00"), "MXN", cap=Decimal("99.00"))
    assert _pay(9, items=(above,)).amount == Decimal("10.00")


def test_a_link_asks_nothing_for_a_credit():
    assert PayableItem(5, Decimal("-80.00"), "MXN").amount_due == 0
    assert PayableItem(5, Decimal("80.00"), "MXN", cap=Decimal("-1")).amount_due == 0


def test_only_the_chosen_item_is_paid_even_if_another_is_older():
    assert _pay(2).allocations == (Allocation(2, Decimal("500.00")),)


def test_a_part_fills_the_link_s_items_in_their_order():
    charge = _pay(2, 1, amount="31300.10")

    assert charge.amount == Decimal("31300.10")
    assert charge.allocations == (
        Allocation(1, Decimal("31200.00")),
        Allocation(2, Decimal("100.10")),
    )


def test_a_part_leaves_out_what_it_does_not_reach():
    assert _pay(1, 2, amount=100).allocations == (Allocation(1, Decimal("100")),)


def test_an_item_chosen_twice_counts_once():
    assert _pay(2, 2).amount == Decimal("500.00")


@pytest.mark.parametrize("ids", [[], (), None, ""])
def test_nothing_chosen_is_refused(ids):
    assert select(ITEMS, MXN, Choice(ids)).code == "nothing_chosen"


@pytest.mark.parametrize(
    "ids", [[99], [1, 99], ["1"], [True], [1.0], [None], [[1]], "1", {1: 1}, 1]
)
def test_an_item_that_is_not_the_link_s_is_refused(ids):
    assert select(ITEMS, MXN, Choice(ids)).code == "unknown_item"


@pytest.mark.parametrize("item_id", [4, 5])
def test_an_item_with_nothing_due_is_refused(item_id):
    assert _code(1, item_id) == "nothing_due"


def test_an_item_or_a_page_in_another_currency_is_refused():
    assert _code(1, 6) == "other_currency"
    assert _code(1, currency="USD") == "other_currency"
    assert _code(1, currency="") == "other_currency"
    assert _code(1, currency=["MXN"]) == "other_currency"
    assert isinstance(_pay(1, currency="MXN"), Charge)


@pytest.mark.parametrize("amount", ["31200.01", "99999999", 31200.01, Decimal("4e4")])
def test_more_than_is_due_is_refused_with_the_total(amount):
    refusal = _pay(1, amount=amount)

    assert (refusal.code, refusal.total) == ("over_total", Decimal("31200.00"))


@pytest.mark.parametrize("amount", ["49.99", 49, 0.01])
def test_a_part_below_the_minimum_is_refused(amount):
    assert _code(1, amount=amount) == "below_minimum"


def test_the_minimum_itself_and_all_that_is_due_are_enough():
    assert _pay(1, amount="50").amount == Decimal("50")
    assert _pay(3, amount="0.05").amount == Decimal("0.05")
    assert _pay(3).amount == Decimal("0.05")


def test_without_parts_only_all_that_is_due_can_be_paid():
    terms = Terms("MXN", 2, minimum=None)

    assert _code(1, amount="31199.99", terms=terms) == "below_minimum"
    assert _pay(1, amount="31200", terms=terms).amount == Decimal("31200")


@pytest.mark.parametrize("amount", ["100.001", 100.001, Decimal("0.001"), "0.123456"])
def test_more_decimals_than_the_currency_has_are_refused(amount):
    assert _code(1, amount=amount) == "too_many_decimals"


def test_zeros_at_the_end_are_no_decimals():
    assert _pay(1, amount="100.5000").amount == Decimal("100.50")


def test_a_currency_without_decimals_takes_whole_amounts_only():
    yen = PayableItem(1, Decimal("1000"), "JPY")
    terms = Terms("JPY", 0)

    assert _code(1, amount="10.5", items=(yen,), terms=terms) == "too_many_decimals"
    assert _pay(1, amount="10", items=(yen,), terms=terms).amount == Decimal("10")


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "0",
        0,
        0.0,
        "-1",
        -1,
        "abc",
        "1,000.00",
        "1e3",
        "1e309",
        float("nan"),
        float("inf"),
        "NaN",
        "Infinity",
        Decimal("NaN"),
        Decimal("sNaN"),
        " 100",
        "100\n",
        "٣٠٠",
        True,
        [100],
        {},
        pytest.param(10**5000, id="huge"),
        pytest.param("1" * 100_000, id="long"),
    ],
)
def test_what_is_no_amount_is_refused(amount):
    assert _code(1, amount=amount) == "not_an_amount"


def test_a_float_is_the_number_that_the_browser_wrote():
    assert _pay(1, amount=100.1).amount == Decimal("100.1")


@pytest.mark.parametrize("shown", ["31199.99", 1, "garbage", [], 31200.001])
def test_a_page_that_showed_another_total_is_refused_with_the_new_one(shown):
    refusal = _pay(1, shown_total=shown)

    assert (refusal.code, refusal.total) == ("total_changed", Decimal("31200.00"))


def test_a_page_that_showed_the_total_is_believed_in_any_spelling():
    for shown in ("31200", "31200.00", 31200, 31200.0, Decimal("31200.0")):
        assert _pay(1, shown_total=shown).amount == Decimal("31200.00")


CENTS = st.decimals("-500", "50000", places=2)


@given(
    st.lists(st.tuples(CENTS, st.none() | CENTS), min_size=1, max_size=8),
    st.data(),
)
def test_a_charge_is_exact_and_never_exceeds_what_is_open(residuals, data):
    items = tuple(
        PayableItem(number, residual, "MXN", cap)
        for number, (residual, cap) in enumerate(residuals)
    )
    ids = data.draw(st.lists(st.sampled_from(range(len(items))), min_size=1))
    amount = data.draw(st.none() | CENTS | st.text() | st.floats())

    outcome = select(items, Terms("MXN", 2), Choice(ids, amount=amount))

    if isinstance(outcome, Refusal):
        return
    by_id = {item.id: item for item in items}
    assert outcome.amount > 0
    assert outcome.amount == sum(each.amount for each in outcome.allocations)
    assert {each.item_id for each in outcome.allocations} <= set(ids)
    for each in outcome.allocations:
        assert 0 < each.amount <= by_id[each.item_id].residual
        assert by_id[each.item_id].cap is None or each.amount <= by_id[each.item_id].cap
    if amount is None:
        assert {each.item_id for each in outcome.allocations} == set(ids)
