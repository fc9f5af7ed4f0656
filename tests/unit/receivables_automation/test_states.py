import pytest

from odoo.addons.receivables_automation.core.states import (
    DISPUTE,
    DUNNING_RUN,
    NOTICE,
    PROMISE,
    ForbiddenMove,
    move,
)

TABLES = {
    "run": DUNNING_RUN,
    "notice": NOTICE,
    "promise": PROMISE,
    "dispute": DISPUTE,
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_state_is_reached_and_every_target_is_a_state(table):
    start = next(iter(table))
    targets = set().union(*table.values())

    assert targets | {start} == set(table)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_rule_answers_for_every_pair_as_the_table_says(table):
    for source in table:
        for target in table:
            if source == target:
                assert move(table, source, target) is False
            elif target in table[source]:
                assert move(table, source, target) is True
            else:
                with pytest.raises(ForbiddenMove):
                    move(table, source, target)


@pytest.mark.parametrize(
    ("table", "path"),
    [
        (DUNNING_RUN, "draft previewed running done"),
        (DUNNING_RUN, "draft previewed draft cancelled"),
        (NOTICE, "planned queued sent failed queued sent"),
        (NOTICE, "planned queued held"),
        (PROMISE, "open kept open broken kept"),
        (PROMISE, "open partial kept broken"),
        (DISPUTE, "open accepted"),
        (DISPUTE, "open withdrawn"),
    ],
)
def test_life_goes_its_ways(table, path):
    states = path.split()

    assert all(move(table, *pair) for pair in zip(states, states[1:], strict=False))


@pytest.mark.parametrize(
    ("table", "source", "target"),
    [
        (DUNNING_RUN, "draft", "running"),
        (DUNNING_RUN, "done", "draft"),
        (NOTICE, "cancelled", "queued"),
        (NOTICE, "held", "sent"),
        (NOTICE, "planned", "sent"),
        (NOTICE, "sent", "planned"),
        (PROMISE, "cancelled", "open"),
        (DISPUTE, "rejected", "accepted"),
    ],
)
def test_what_must_not_happen_is_refused(table, source, target):
    with pytest.raises(ForbiddenMove):
        move(table, source, target)


def test_a_refusal_says_what_is_possible():
    with pytest.raises(ForbiddenMove) as refusal:
        move(NOTICE, "failed", "sent")

    assert (refusal.value.source, refusal.value.target) == ("failed", "sent")
    assert refusal.value.allowed == ("cancelled", "held", "queued")
    assert "'failed' cannot become 'sent'" in str(refusal.value)
    assert "cancelled, held, queued" in str(refusal.value)


def test_a_refusal_from_a_final_state_says_so():
    with pytest.raises(ForbiddenMove, match="it is final"):
        move(DUNNING_RUN, "done", "running")


@pytest.mark.parametrize(("source", "target"), [("draft", "lost"), ("lost", "lost")])
def test_an_unknown_state_is_refused_even_as_a_repeat(source, target):
    with pytest.raises(ForbiddenMove, match="'lost' is not a state here"):
        move(DUNNING_RUN, source, target)
