"""The simulator of debtors: causes, facts read from outside, and how they overlap."""

import ast
from pathlib import Path

import pytest
from simulator import debtor as debtor_module
from simulator.facts import facts_of
from simulator.history import Dispute, History, Invoice, Promise, Reminder
from simulator.overlap import best_threshold
from simulator.process import FIVE, TYPES, population, simulate
from simulator.report import overlap_of

SIMULATOR = Path(debtor_module.__file__).parent
# What makes debtors; the rest looks at them.
PROCESS = ("causes", "debtor", "history", "process")
# The best of many thresholds on a small sample is better than it is on a large one.
SMALL_SAMPLE = 0.03


def test_the_same_seed_makes_the_same_debtor_and_another_seed_another():
    one, same, other = (simulate("intentional", seed) for seed in ("a", "a", "b"))

    assert one == same
    assert one != other


def test_noise_changes_a_debtor():
    assert simulate("punctual", "a") != simulate("punctual", "a", noise=0.5)


def test_partial_history_begins_later_and_ends_the_same_day():
    whole = simulate("negligent", "a").history
    part = simulate("negligent", "a", is_partial=True).history

    assert 0 < len(part.invoices) <= len(whole.invoices)
    assert part.invoices[-1] == whole.invoices[-1]
    assert part.today == whole.today


def test_there_are_as_many_debtors_of_each_type():
    causes = [one.cause for one in population(2, "x")]

    assert sorted(causes) == sorted(TYPES * 2)


def test_what_makes_debtors_knows_neither_conditions_nor_facts():
    allowed = {*PROCESS, "collections.abc", "dataclasses", "random", "typing"}
    for name in PROCESS:
        tree = ast.parse((SIMULATOR / f"{name}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module in allowed, (name, node.module)
            assert not isinstance(node, ast.Import), name


def test_money_is_neither_lost_nor_made():
    for debtor in population(5, "money", noise=0.1):
        for invoice in debtor.history.invoices:
            taken = sum(amount for _day, amount in invoice.payments + invoice.credits)
            assert invoice.amount - taken == invoice.residual
            assert invoice.residual >= 0


def _history():
    """Return four invoices: prompt, paid late in parts, corrected late, and open."""
    prompt = Invoice(0, 0, 30, 100)
    prompt.pay(32, 100)
    late = Invoice(1, 100, 130, 300)
    late.reminders += [133, 140]
    late.pay(138, 100)
    late.pay(144, 200)
    corrected = Invoice(2, 200, 230, 100)
    corrected.pay(230, 90)
    corrected.credit(250, 10)
    owed = Invoice(3, 300, 330, 500)
    owed.reminders.append(333)
    owed.pay(340, 50)
    bought = Invoice(4, 390, 420, 40)
    return History(
        400,
        [prompt, late, corrected, owed, bought],
        [Reminder(133, True, False, False), Reminder(333, False, False, True)],
        [Promise(150, 160, 10, (1,), True), Promise(335, 350, 500, (3,), False)],
        [Dispute(231, 2, 10, closed_on=250), Dispute(339, 3, 450)],
        [341],
        [345],
    )


def test_facts_of_a_history_that_can_be_checked_by_hand():
    facts = facts_of(_history())

    assert facts == {
        "open_amount": 490,
        "overdue_amount": 450,
        "amount_1_30": 0,
        "amount_31_60": 0,
        "amount_61_90": 450,
        "amount_over_90": 0,
        "open_item_count": 2,
        "partial_item_count": 1,
        "days_overdue_oldest": 70,
        "invoice_count": 5,
        "paid_invoice_count": 3,
        "days_late_avg": pytest.approx(16 / 3),
        "days_late_median": 2,
        "on_time_ratio": 0.25,
        "late_trend_days": None,
        "days_since_first_invoice": 400,
        "days_since_invoice": 10,
        "days_since_payment": 60,
        "earlier_prompt_ratio": pytest.approx(2 / 3),
        "recent_prompt_ratio": 0.0,
        "late_size_ratio": 4.0,
        "days_late_max": 70,
        "partial_payment_ratio": 0.5,
        "paid_since_oldest_ratio": None,
        "paid_together_ratio": 0.0,
        "late_correction_ratio": 0.25,
        "bought_overdue_ratio": 0.2,
        "reminder_count": 2,
        "reminder_response_ratio": 0.5,
        "days_after_reminder": 4,
        "reminder_open_ratio": 1.0,
        "reminder_reply_ratio": 0.0,
        "reminder_bounce_count": 1,
        "promised_count": 2,
        "broken_promise_count": 1,
        "disputed_count": 2,
        "open_dispute_amount": 450,
        "plan_request_count": 1,
        "cancelled_cfdi_count": 0,
        "returned_payment_count": 1,
    }


def test_of_nothing_nothing_is_known():
    facts = facts_of(History(10))

    assert facts["days_late_median"] is None
    assert facts["bought_overdue_ratio"] is None
    assert facts["open_amount"] == 0


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ([1, 1, 2, 2], [2, 2, 3, 3], 0.75),
        ([1, 2], [2, 1], 0.5),
        ([None, None], [1, 2], 1.0),
        ([None, 5], [1, 2], 1.0),
        ([3, 4], [1, 2], 1.0),
    ],
)
def test_the_best_threshold(one, other, share):
    assert best_threshold(one, other) == share


def _most_telling(count):
    five = [cause.name for cause in FIVE]
    rows = overlap_of(population(count, "overlap", types=five))
    return {pair: facts[0] for pair, facts in rows.items()}


def test_no_single_fact_tells_two_types_apart():
    most = _most_telling(250)

    assert len(most) == 10
    assert max(most.values())[0] <= 0.85 + SMALL_SAMPLE, most


@pytest.mark.soak
def test_no_single_fact_tells_two_types_apart_on_many_debtors():
    most = _most_telling(2000)

    assert max(most.values())[0] <= 0.85, most
