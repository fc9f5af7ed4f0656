from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.credit_tiers import (
    NO_LIMIT,
    Credit,
    Refusal,
    Tier,
    raised_to,
    refusal,
)

SMALL = Tier("Credit", Decimal(50_000), frozenset({1}))
LARGE = Tier("Direction", Decimal(500_000), frozenset({2}))
TIERS = [LARGE, SMALL]


def test_the_amount_of_a_tier_is_within_it_and_a_cent_more_is_the_next_ones():
    assert refusal(Decimal(50_000), 1, (), TIERS) is None
    assert refusal(Decimal("50000.01"), 1, (), TIERS) == Refusal("not_in_tier", LARGE)
    assert refusal(Decimal("50000.01"), 2, (), TIERS) is None


def test_who_may_approve_more_may_approve_less():
    assert refusal(Decimal(1), 2, (), TIERS) is None


def test_a_stranger_is_told_the_lowest_tier_that_reaches_the_amount():
    assert refusal(Decimal(10), 9, (), TIERS) == Refusal("not_in_tier", SMALL)


def test_over_every_tier_names_the_highest():
    assert refusal(Decimal(500_001), 2, (), TIERS) == Refusal("over_every", LARGE)


def test_credit_without_limit_is_over_every_tier_that_has_a_ceiling():
    assert refusal(None, 2, (), TIERS) == Refusal("over_every", LARGE)
    assert refusal(None, 3, (), [*TIERS, Tier("Any", None, frozenset({3}))]) is None


def test_nobody_approves_what_they_asked_for():
    assert refusal(Decimal(1), 2, {2}, TIERS) == Refusal("own")


def test_without_tiers_nobody_may():
    assert refusal(Decimal(1), 2, (), []) == Refusal("over_every")


@given(
    st.decimals(0, 10**9, places=2),
    st.decimals(0, 10**9, places=2),
    st.lists(st.decimals(0, 10**9, places=2), max_size=4),
)
def test_approving_more_implies_approving_less(one, other, ceilings):
    tiers = [Tier(str(top), top, frozenset({1})) for top in ceilings]
    less, more = sorted((one, other))

    if refusal(more, 1, (), tiers) is None:
        assert refusal(less, 1, (), tiers) is None


def _raised(before, after):
    return raised_to(*(Credit(kind, Decimal(limit)) for kind, limit in (before, after)))


def test_a_higher_limit_and_none_at_all_are_raises():
    assert _raised(("limit", 100), ("limit", 101)) == 101
    assert _raised(("limit", 100), ("limit", 0)) == NO_LIMIT
    assert _raised(("limit", 100), ("unlimited", 100)) == NO_LIMIT


def test_what_stays_or_falls_is_no_raise():
    for after in (("limit", 100), ("limit", 99), ("cash_only", 0), ("cash_only", 100)):
        assert _raised(("limit", 100), after) is None
    assert _raised(("limit", 0), ("limit", 10**6)) is None
    assert _raised(("unlimited", 5), ("limit", 10**6)) is None


def test_a_limit_under_cash_only_waits_for_a_policy_and_is_approved_twice():
    assert _raised(("cash_only", 0), ("cash_only", 400)) == 400
    assert _raised(("cash_only", 400), ("limit", 400)) == 400
    assert _raised(("cash_only", 0), ("limit", 0)) == NO_LIMIT
    assert _raised(("cash_only", 400), ("cash_only", 300)) is None
