"""The shipped segments, on debtors nobody had seen when choosing their conditions."""

import pytest
from simulator import shipped
from simulator.process import TYPES, population
from simulator.report import LATER
from simulator.shipped import accuracy, confusion, recall

NOISE = 0.1
_leaves = shipped.core.leaves


def _confusion(count, noise, unknown=frozenset()):
    debtors = population(count, "unseen", noise, is_partial=noise > 0)
    return confusion(debtors, unknown)


def test_the_seven_are_there_and_speak_of_facts_that_the_simulator_has():
    known = set(shipped.facts_of(population(1, "any")[0].history))
    codes = [code for code, _tree in shipped.conditions()]

    assert sorted(codes) == sorted(TYPES)
    for _code, tree in shipped.conditions():
        assert {leaf.field for leaf in _leaves(tree)} <= known


def test_without_noise_95_of_100_are_told_apart():
    assert accuracy(_confusion(60, 0.0)) >= 0.95


def test_with_noise_and_partial_history_85_of_100_of_each_type_are_found():
    found = recall(_confusion(60, NOISE))

    assert min(found.values()) >= 0.85, found


def test_without_the_facts_of_later_features_nobody_is_without_a_segment():
    counts = _confusion(20, 0.0, LATER)

    assert not sum(row[shipped.NONE] for row in counts.values())


def _bounds(signs):
    """Return the shipped comparisons with a number above none, of some operators."""
    every = [leaf for _code, tree in shipped.conditions() for leaf in _leaves(tree)]
    found = [leaf for leaf in every if leaf.operator in signs and leaf.value > 0]
    assert found
    return found


def test_what_holds_by_presence_is_false_without_its_evidence():
    for leaf in _bounds((">", ">=")):
        assert shipped.core.holds(leaf, {leaf.field: leaf.value + 1})
        for nothing in (0, 0.0, None):
            assert not shipped.core.holds(leaf, {leaf.field: nothing}), leaf


def test_what_holds_by_absence_is_false_with_more_and_without_a_measure():
    for leaf in _bounds(("<", "<=")):
        assert shipped.core.holds(leaf, {leaf.field: 0})
        for fact in (leaf.value + 1, None):
            assert not shipped.core.holds(leaf, {leaf.field: fact}), leaf


@pytest.mark.soak
def test_many_unseen_debtors_without_noise():
    assert accuracy(_confusion(1500, 0.0)) >= 0.95


@pytest.mark.soak
def test_many_unseen_debtors_with_noise_and_partial_history():
    found = recall(_confusion(1500, NOISE))

    assert min(found.values()) >= 0.85, found


def test_a_change_of_one_fact_leads_where_it_says():
    segments = shipped.conditions()
    seen = 0
    for debtor in population(8, "change", NOISE):
        facts = shipped.facts_of(debtor.history)
        current = shipped.core.first_match(segments, facts)
        for code, change in shipped.core.one_change(segments, current, facts):
            seen += 1
            changed = {**facts, change.field: change.wanted}
            assert code != current
            assert shipped.core.first_match(segments, changed) == code
    assert seen
