from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.credit_assessment import Assessment
from odoo.addons.receivables_automation.core.credit_rules import (
    EFFECTS,
    Exposure,
    Release,
    Rule,
    Situation,
    Terms,
    acting,
    check,
    is_released,
    limit_of,
    rules_of,
    state_of,
    worst,
)

AMOUNTS = st.decimals("0", "1e9", places=2)
OVER = Rule("1", "over_limit", on_order="block", on_invoice="warn")


def _finding(rule, terms=None, **situation):
    terms = terms or Terms("limit", rules=(rule,))
    return check(terms, Situation(**situation))[0]


@pytest.mark.parametrize(
    ("credit", "limit", "allowed"),
    [
        ("limit", "120000", Decimal(120000)),
        ("limit", "0", None),
        ("limit", "-1", Decimal(0)),
        ("cash_only", "0", Decimal(0)),
        ("cash_only", "120000", Decimal(0)),
        ("unlimited", "120000", None),
    ],
)
def test_zero_is_no_limit_but_cash_only_is_no_credit(credit, limit, allowed):
    assert limit_of(credit, Decimal(limit)) == allowed


@pytest.mark.parametrize(
    ("credit", "limit", "allowed"),
    [
        ("limit", "50000", Decimal(55000)),
        ("limit", "0", None),
        ("limit", "-1", Decimal(0)),
        ("cash_only", "50000", Decimal(0)),
    ],
)
def test_a_reward_raises_a_limit_that_is_there_and_no_other(credit, limit, allowed):
    assert limit_of(credit, Decimal(limit), Decimal(10)) == allowed


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_exposure_is_what_is_owed_less_what_secures_it(
    overdue, not_due, orders, drafts, unapplied, guarantees
):
    exposure = Exposure(overdue, not_due, orders, drafts, unapplied, guarantees)

    assert (
        exposure.total + unapplied + guarantees == overdue + not_due + orders + drafts
    )


@pytest.mark.parametrize(
    ("extra", "holds"), [("19.99", False), ("20", False), ("20.01", True)]
)
def test_the_limit_itself_may_be_used_up(extra, holds):
    exposure = Exposure(not_due=Decimal(100), orders=Decimal(30), unapplied=Decimal(50))

    finding = _finding(
        OVER, exposure=exposure, limit=Decimal(100), extra=Decimal(extra)
    )

    assert finding.holds is holds


def test_without_limit_nothing_goes_over_it():
    finding = _finding(OVER, exposure=Exposure(overdue=Decimal(10) ** 9))

    assert not finding.holds
    assert finding.value is None


def test_a_credit_balance_is_room_beyond_the_limit():
    situation = Situation(
        Exposure(unapplied=Decimal(500)), limit=Decimal(0), extra=Decimal(500)
    )

    assert not check(Terms("cash_only"), situation)[0].holds


def test_cash_only_stops_by_itself_unless_a_rule_says_what_happens():
    assert rules_of(Terms("cash_only"))[0].on_order == "block"
    own = Rule("1", "over_limit", on_order="warn")
    assert rules_of(Terms("cash_only", rules=(own,))) == (own,)
    assert rules_of(Terms("limit")) == ()


@pytest.mark.parametrize(("days", "holds"), [(33, False), (34, True)])
def test_the_age_counts_after_threshold_and_tolerance(days, holds):
    rule = Rule("1", "oldest_age", Decimal(30))
    terms = Terms("limit", tolerance_days=3, rules=(rule,))

    assert _finding(rule, terms, exposure=Exposure(days_overdue=days)).holds is holds


@pytest.mark.parametrize("kind", ["documents", "instructions"])
def test_one_missing_thing_is_enough_by_default(kind):
    rule = Rule("1", kind)

    assert not _finding(rule).holds
    assert _finding(rule, **{kind: ("Acta",)}).holds
    assert not _finding(Rule("1", kind, Decimal(2)), **{kind: ("Acta",)}).holds


@pytest.mark.parametrize(
    ("facts", "holds", "is_known"),
    [
        ({"late_trend_days": 12.5}, True, True),
        ({"late_trend_days": 9.9}, False, True),
        ({"late_trend_days": None}, False, True),
        ({}, False, False),
    ],
)
def test_a_fact_that_is_empty_or_gone_does_not_hold_and_says_which(
    facts, holds, is_known
):
    rule = Rule("1", "fact", Decimal(10), fact="late_trend_days")

    finding = _finding(rule, facts=facts)

    assert (finding.holds, finding.is_known) == (holds, is_known)


def test_a_fact_can_be_too_small():
    rule = Rule("1", "fact", Decimal("0.5"), fact="on_time_ratio", sign="<=")

    assert _finding(rule, facts={"on_time_ratio": 0.5}).holds
    assert not _finding(rule, facts={"on_time_ratio": 0.51}).holds


def test_broken_promises_hold_from_the_threshold_on():
    rule = Rule("1", "broken_promises", Decimal(2))

    assert not _finding(rule, facts={"broken_promise_count": 1}).holds
    assert _finding(rule, facts={"broken_promise_count": 2}).holds


def test_the_state_is_the_worst_that_holds_on_any_document():
    warn = Rule("1", "documents", on_order="warn")
    block = Rule("2", "instructions", on_invoice="block")
    terms = Terms("limit", rules=(warn, block))

    def state(**situation):
        return state_of(check(terms, Situation(**situation)))

    assert state() == "ok"
    assert state(documents=("Acta",)) == "warning"
    assert state(documents=("Acta",), instructions=("Portal",)) == "hold"


def test_a_rule_acts_only_where_it_has_an_effect():
    findings = check(
        Terms("limit", rules=(OVER, Rule("2", "documents", on_invoice="block"))),
        Situation(Exposure(overdue=Decimal(2)), limit=Decimal(1), documents=("Acta",)),
    )

    assert [one.rule.key for one in acting(findings, "order")] == ["1"]
    assert [one.rule.key for one in acting(findings, "invoice")] == ["1", "2"]


@given(st.lists(st.sampled_from(EFFECTS), max_size=5))
def test_the_worst_effect_is_one_of_them_and_none_is_stronger(effects):
    found = worst(effects)

    assert found in (effects or ["none"])
    assert all(EFFECTS.index(one) <= EFFECTS.index(found) for one in effects)


def _over_by(excess):
    exposure = Exposure(overdue=Decimal(excess))
    return _finding(OVER, exposure=exposure, limit=Decimal(0))


def _release(excess=0, amount=0, codes=("over_limit",)):
    return Release(frozenset(codes), Decimal(excess), Decimal(amount), Decimal(5))


@pytest.mark.parametrize(
    ("excess_now", "is_covered"), [("1000", True), ("1500", True), ("1500.01", False)]
)
def test_a_release_covers_growth_up_to_its_tolerance(excess_now, is_covered):
    released = [[_release(1000, 10000)]]

    assert is_released(_over_by(excess_now), released) is is_covered


def test_a_release_does_not_cover_a_reason_it_does_not_name():
    finding = _finding(Rule("1", "documents"), documents=("Acta",))

    assert not is_released(finding, [[_release()]])
    assert not is_released(finding, [[]])
    assert not is_released(finding, [])


def test_a_later_release_of_a_document_does_not_undo_the_earlier_one():
    later = _release(codes=["documents"])

    for releases in ([_release(1000), later], [later, _release(1000)]):
        assert is_released(_over_by(1000), [releases])
    documents = _finding(Rule("1", "documents"), documents=("Acta",))
    assert is_released(documents, [[_release(1000), later]])


def test_of_several_documents_each_needs_a_release_and_they_add_their_tolerance():
    first, second = _release(1000, 10000), _release(500, 2000)

    assert is_released(_over_by(1600), [[first], [second]])
    assert not is_released(_over_by("1600.01"), [[first], [second]])
    assert not is_released(_over_by(1), [[first], []])
    assert not is_released(_over_by(1), [[first], [_release(500, codes=["documents"])]])


def test_an_assessment_judges_a_document_by_what_it_adds_and_lacks():
    rules = (OVER, Rule("2", "instructions", on_order="block"))
    assessment = Assessment(
        "company",
        "partner",
        "version",
        Terms("limit", rules=rules),
        Situation(
            Exposure(overdue=Decimal(80)), Decimal(100), instructions=("Portal",)
        ),
    )

    def held(*args):
        return [one.rule.key for one in assessment.findings(*args) if one.holds]

    assert held() == ["2"]
    assert held(Decimal("20.01")) == ["1", "2"]
    assert assessment.state == "hold"
    assert assessment.before(Decimal(5), ("OC",)).instructions == ("Portal", "OC")
    assert assessment.exposure.total == 80


def test_without_terms_nothing_is_found():
    owing = Situation(Exposure(overdue=Decimal(80)))
    assessment = Assessment("company", "partner", "version", None, owing)

    assert assessment.findings(Decimal(10)) == []
    assert assessment.state == "ok"
