"""The shipped segments, on debtors nobody had seen when choosing their conditions."""

import pytest
from simulator import shipped
from simulator.process import TYPES, population
from simulator.report import LATER
from simulator.shipped import accuracy, confusion, recall

NOISE = 0.1


def _confusion(count, noise, unknown=frozenset()):
    debtors = population(count, "unseen", noise, is_partial=noise > 0)
    return confusion(debtors, unknown)


def test_the_seven_are_there_and_speak_of_facts_that_the_simulator_has():
    known = set(shipped.facts_of(population(1, "any")[0].history))
    codes = [code for code, _tree in shipped.conditions()]

    assert sorted(codes) == sorted(TYPES)
    for _code, tree in shipped.conditions():
        assert {leaf.field for leaf in shipped.core.leaves(tree)} <= known


def test_without_noise_95_of_100_are_told_apart():
    assert accuracy(_confusion(60, 0.0)) >= 0.95


def test_with_noise_and_partial_history_85_of_100_of_each_type_are_found():
    found = recall(_confusion(60, NOISE))

    assert min(found.values()) >= 0.85, found


def test_without_the_facts_of_later_features_nobody_is_without_a_segment():
    counts = _confusion(20, 0.0, LATER)

    assert not sum(row[shipped.NONE] for row in counts.values())


@pytest.mark.soak
def test_many_unseen_debtors_without_noise():
    assert accuracy(_confusion(1500, 0.0)) >= 0.95


@pytest.mark.soak
def test_many_unseen_debtors_with_noise_and_partial_history():
    found = recall(_confusion(1500, NOISE))

    assert min(found.values()) >= 0.85, found
