import pytest

from odoo.addons.payment_links.core.settlement_state import SETTLEMENT
from odoo.addons.receivables_automation.core.states import ForbiddenMove, move


@pytest.mark.parametrize(
    "path",
    [
        "received applied returned",
        "received parked received applied",
        "received duplicate received applied",
        "received returned",
    ],
)
def test_a_settlement_goes_its_ways(path):
    states = path.split()
    for source, target in zip(states, states[1:], strict=False):
        assert move(SETTLEMENT, source, target)


@pytest.mark.parametrize("target", ["received", "parked", "duplicate"])
def test_what_is_in_the_ledger_leaves_it_only_to_the_payer(target):
    with pytest.raises(ForbiddenMove):
        move(SETTLEMENT, "applied", target)


def test_a_repeat_changes_nothing():
    assert not move(SETTLEMENT, "applied", "applied")
