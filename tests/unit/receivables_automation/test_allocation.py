from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.allocation import Share, split_payment

CENT = D("0.01")
money = st.decimals(min_value=CENT, max_value=D(10**7), places=2)


def test_pesos_for_pesos_leave_the_rest_as_credit():
    split = split_payment(
        D("1000.00"),
        D("1000.00"),
        [Share(D("300.10"), D("300.10"), True), Share(D("200.20"), D("200.20"), True)],
        CENT,
    )

    assert split.balances == (D("300.10"), D("200.20"))
    assert (split.rest_paid, split.rest_balance) == (D("499.70"), D("499.70"))
    assert split.exchange == 0


def test_dollars_for_dollars_share_the_booked_balance():
    shares = [
        Share(D("33.33"), D("33.33"), False),
        Share(D("66.67"), D("66.67"), False),
    ]

    split = split_payment(D("100.00"), D("1840.00"), shares, CENT)

    assert split.balances == (D("613.27"), D("1226.73"))
    assert (split.rest_balance, split.exchange) == (0, 0)


def test_pesos_for_a_dollar_invoice_carry_the_whole_balance():
    # CFDI: MonedaP MXN, MonedaDR USD, ImpPagado 54.35 for 1,000 pesos.
    split = split_payment(
        D("1000.00"), D("1000.00"), [Share(D("54.35"), D("1000.00"), False)], CENT
    )

    assert split.balances == (D("1000.00"),)
    assert split.exchange == 0


def test_dollars_for_a_peso_invoice_leave_an_exchange_gain():
    # 1,000 dollars booked at 18.40 settle 18,300 pesos at the parties' own rate.
    split = split_payment(
        D("1000.00"), D("18400.00"), [Share(D("18300.00"), D("1000.00"), True)], CENT
    )

    assert split.balances == (D("18300.00"),)
    assert split.exchange == D("100.00")
    assert split.rest_balance == 0


def test_rest_of_a_foreign_payment_keeps_its_own_worth():
    split = split_payment(
        D("1000.00"), D("18400.00"), [Share(D("9000.00"), D("500.00"), True)], CENT
    )

    assert (split.rest_paid, split.rest_balance) == (D("500.00"), D("9200.00"))
    assert split.exchange == D("200.00")


def test_more_than_the_payment_is_refused():
    with pytest.raises(ValueError, match="more than the payment"):
        split_payment(D(100), D(100), [Share(D(101), D(101), True)], CENT)


@pytest.mark.parametrize("share", [Share(D(0), D(1), True), Share(D(1), D(-1), False)])
def test_share_of_nothing_is_refused(share):
    with pytest.raises(ValueError, match="above 0"):
        split_payment(D(100), D(100), [share], CENT)


@given(
    paid=st.lists(money, min_size=1, max_size=20),
    rest=st.decimals(min_value=0, max_value=D(10**6), places=2),
    rate=st.decimals(min_value=D("0.01"), max_value=D(100), places=4),
    is_local=st.booleans(),
)
def test_lines_add_up_to_the_booked_balance(paid, rest, rate, is_local):
    amount = sum(paid) + rest
    balance = (amount * rate).quantize(CENT)
    shares = [Share(part, part, is_local) for part in paid]

    split = split_payment(amount, balance, shares, CENT)

    total = sum(split.balances) + split.rest_balance + split.exchange
    assert total == balance
    assert split.rest_paid == rest


@given(paid=st.lists(money, min_size=1, max_size=20), rate=st.integers(1, 30))
def test_same_foreign_currency_never_leaves_an_exchange_difference(paid, rate):
    amount = sum(paid)
    shares = [Share(part, part, False) for part in paid]

    split = split_payment(amount, amount * rate, shares, CENT)

    assert split.exchange == 0
