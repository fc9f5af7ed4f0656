from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.payment_links.core.link_state import LINK, state_by_ledger
from odoo.addons.receivables_automation.core.states import ForbiddenMove, move

NOW = datetime(2026, 3, 31, 18, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DEBT, NONE = Decimal("100.00"), Decimal("0.00")
MODES = ("invoices", "installments", "balance", "advance")


@pytest.mark.parametrize(
    "path", ["draft active paid active expired", "draft revoked", "paid revoked"]
)
def test_a_link_goes_its_ways(path):
    states = path.split()

    assert all(move(LINK, *pair) for pair in zip(states, states[1:], strict=False))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("draft", "paid"),
        ("expired", "active"),
        ("revoked", "active"),
        ("revoked", "paid"),
        ("active", "draft"),
    ],
)
def test_a_dead_link_does_not_come_back(source, target):
    with pytest.raises(ForbiddenMove):
        move(LINK, source, target)


@pytest.mark.parametrize("mode", MODES)
def test_a_link_with_debt_is_active(mode):
    assert state_by_ledger("active", mode, DEBT, LATER, NOW) == "active"
    assert state_by_ledger("active", mode, DEBT, None, NOW) == "active"


@pytest.mark.parametrize("mode", ["invoices", "installments", "advance"])
def test_a_link_whose_debt_is_gone_is_paid_even_after_its_time(mode):
    for expires_at in (None, LATER, NOW):
        assert state_by_ledger("active", mode, NONE, expires_at, NOW) == "paid"
        assert state_by_ledger("paid", mode, NONE, expires_at, NOW) == "paid"


def test_a_balance_link_stays_active_without_debt():
    assert state_by_ledger("active", "balance", NONE, LATER, NOW) == "active"
    assert state_by_ledger("active", "balance", -DEBT, None, NOW) == "active"
    assert state_by_ledger("active", "balance", NONE, NOW, NOW) == "expired"


def test_a_paid_link_whose_debt_reopens_is_active_again():
    assert state_by_ledger("paid", "invoices", DEBT, LATER, NOW) == "active"
    assert state_by_ledger("paid", "invoices", DEBT, NOW, NOW) == "expired"


def test_a_link_expires_at_its_moment_not_before():
    before = NOW - timedelta(microseconds=1)

    assert state_by_ledger("active", "invoices", DEBT, NOW, before) == "active"
    assert state_by_ledger("active", "invoices", DEBT, NOW, NOW) == "expired"


@pytest.mark.parametrize("state", ["draft", "revoked", "expired"])
def test_what_people_or_time_decided_stays(state):
    assert state_by_ledger(state, "invoices", NONE, LATER, NOW) == state
    assert state_by_ledger(state, "balance", DEBT, NOW, NOW) == state


@given(
    st.sampled_from(list(LINK)),
    st.sampled_from(MODES),
    st.decimals("-100", "100", places=2),
    st.none() | st.timedeltas(timedelta(-9), timedelta(9)).map(NOW.__add__),
)
def test_the_ledger_never_asks_for_a_forbidden_move(state, mode, due, expires_at):
    target = state_by_ledger(state, mode, due, expires_at, NOW)

    move(LINK, state, target)
    assert state_by_ledger(target, mode, due, expires_at, NOW) == target
