"""Why debtors pay as they do: one class per cause, deciding at three occasions.

Each is asked when the debtor pays its bills (`at_run`, once a week), when a reminder
arrives (`at_reminder`) and when a collector gets somebody on the phone (`at_call`).
People of one kind show it in different ways (`ways`): who refuses may lie, or pay the
small invoices and leave the large ones, or both. Habits are drawn anew for each debtor,
from ranges that are wide on purpose.

Sources of the sizes: the five types of PorCobrar's article and what a creditor can see
of each; Appel et al. 2020, Latin America (an invoice is late after 5 days); IBM's set
of 2,466 invoices (30 % late; the customer's own median misses by 6 days, so nobody is
regular; a single fact, the late ratio, tells late from not late with AUC 0.87 only).
"""

from random import Random

from .debtor import Case, Debtor


class Cause:
    """A debtor who pays what is due with its weekly run. Others differ from it."""

    name = "punctual"
    # How it may show, and the share of debtors who do so; each shows in one at least.
    ways: dict[str, float] = {}
    returned = 0.004
    dead_address = 0.04
    opens = (0.3, 0.9)
    replies = (0.0, 0.15)

    def __init__(self, rng: Random, today: int):
        self.opens_share = rng.uniform(*self.opens)
        self.replies_share = rng.uniform(*self.replies)
        shown = {way for way, share in self.ways.items() if rng.random() < share}
        self.shown = shown or set(rng.sample(sorted(self.ways), min(1, len(self.ways))))
        self.draw(rng, today)

    def draw(self, rng: Random, today: int) -> None:
        """Draw what is particular to this debtor."""

    def error_rate(self, rng: Random) -> float:
        """Return the share of its invoices that the creditor gets wrong."""
        return rng.uniform(0.0, 0.08)

    def appetite(self, debtor: Debtor, day: int) -> float:
        """Return how much it buys, 1 being as usual."""
        return 1.0

    def trouble(self, day: int) -> float:
        """Return how often the creditor errs, 1 being as usual."""
        return 1.0

    def at_run(self, debtor: Debtor, case: Case, day: int) -> None:
        debtor.plan(case, day)

    def at_reminder(self, debtor: Debtor, case: Case, day: int) -> None:
        if debtor.chance(0.8):
            debtor.plan(case, day + debtor.days(0, 4))

    def at_call(self, debtor: Debtor, cases: list[Case], day: int) -> None:
        for case in cases:
            debtor.plan(case, day + debtor.days(0, 3))


class CashGap(Cause):
    """Wants to pay and, for some months, cannot: the oldest first, as money comes."""

    name = "fortuitous"
    ways = {"parts": 0.6, "asks": 0.69, "promises": 0.5, "bounces": 0.4}
    returned = 0.004
    opens = (0.3, 0.95)
    replies = (0.05, 0.5)

    def draw(self, rng, today):
        self.gaps = [(today - rng.randint(75, 200), today + rng.randint(-12, 60))]
        if rng.random() < 0.25:
            # The same season of the year before.
            began = today - rng.randint(330, 430)
            self.gaps.append((began, began + rng.randint(40, 100)))
        # Who asks for a plan early does so before everything stops.
        is_early = "asks" in self.shown
        self.capacity = rng.uniform(0.05, 0.6 if is_early else 0.4)
        # The supplier it cannot do without is paid first, as long as it lasts.
        self.protects = rng.uniform(0.0, 0.9 if is_early else 0.15)
        self.cuts_buying = rng.uniform(0.4, 1.1)
        # Nobody's good times are perfect.
        self.slack = rng.uniform(0.0, 1.0 if is_early else 0.4)
        self.last_income = 0
        if "bounces" in self.shown:
            self.returned = 0.06

    def is_short(self, day):
        return any(first <= day <= last for first, last in self.gaps)

    def appetite(self, debtor, day):
        return self.cuts_buying if self.is_short(day) else 1.0

    def at_run(self, debtor, case, day):
        if not self.is_short(day):
            if not debtor.chance(self.slack):
                debtor.plan(case, day)
            return
        if not case.has_slipped:
            case.has_slipped = True
            case.is_chosen = debtor.chance(self.protects)
            if "asks" in self.shown and debtor.chance(0.45):
                debtor.ask_for_plan(day)
        if case.is_chosen:
            debtor.plan(case, day)
            return
        if self.last_income != day:
            self.last_income = day
            traits = debtor.traits
            income = self.capacity * traits.invoices_a_month * traits.usual_amount / 4.3
            debtor.budget = min(debtor.budget + income, 2.0 * traits.usual_amount)
        if any(one.invoice.due < case.invoice.due for one in debtor.open_cases):
            return
        owed = case.invoice.residual
        if debtor.budget >= owed:
            debtor.budget -= owed
            debtor.plan(case, day)
        elif "parts" in self.shown and debtor.budget > 0.3 * owed:
            debtor.plan(case, day, int(debtor.budget))
            debtor.budget = 0.0

    def at_reminder(self, debtor, case, day):
        if not self.is_short(day):
            super().at_reminder(debtor, case, day)
        elif "asks" in self.shown and debtor.chance(0.1):
            debtor.ask_for_plan(day)

    def at_call(self, debtor, cases, day):
        if not self.is_short(day):
            super().at_call(debtor, cases, day)
            return
        if "asks" in self.shown and debtor.chance(0.5):
            debtor.ask_for_plan(day)
        if "promises" in self.shown:
            # Promises what it thinks it can: one invoice, and mostly finds the money.
            debtor.promise_to_pay(day, cases[:1], debtor.days(7, 20))
            if debtor.chance(0.8):
                debtor.plan(cases[0], day + debtor.days(3, 9))


class Forgetting(Cause):
    """Can pay; invoices slip by until something reminds of them."""

    name = "disorganized"
    returned = 0.01
    dead_address = 0.04
    opens = (0.15, 0.8)
    replies = (0.0, 0.25)

    def draw(self, rng, today):
        self.remembers = rng.uniform(0.05, 0.38)
        self.finds = rng.uniform(0.12, 0.3)
        self.reacts = rng.uniform(0.34, 0.9)
        self.loses = rng.uniform(0.0, 0.18)
        self.keeps_word = rng.uniform(0.85, 1.0)
        self.splits = rng.uniform(0.0, 0.2)

    def at_run(self, debtor, case, day):
        if not case.has_slipped:
            if debtor.chance(self.remembers):
                debtor.plan(case, day)
            case.has_slipped = True
            case.is_lost = debtor.chance(self.loses)
        elif debtor.chance(0.02 if case.is_lost else self.finds):
            debtor.plan(case, day, self.amount_of(debtor, case))

    def amount_of(self, debtor, case):
        # Pays by a list that is out of date, and the rest when that is found.
        if debtor.chance(self.splits):
            return int(case.invoice.residual * debtor.rng.uniform(0.4, 0.9))
        return None

    def at_reminder(self, debtor, case, day):
        if debtor.chance(self.reacts * (0.15 if case.is_lost else 1.0)):
            within = debtor.rng.choice((0, 1, 1, 2, 2, 3, 4, 5, 7))
            debtor.plan(case, day + within, self.amount_of(debtor, case))

    def at_call(self, debtor, cases, day):
        if debtor.chance(0.53):
            debtor.promise_to_pay(day, cases, debtor.days(3, 10))
            if not debtor.chance(self.keeps_word):
                return
        for case in cases:
            debtor.plan(case, day + debtor.days(0, 3))


class Refusing(Cause):
    """Could pay, does not want to, and goes on buying."""

    name = "intentional"
    ways = {"lies": 0.58, "picks": 0.57}
    returned = 0.015
    opens = (0.25, 0.9)
    replies = (0.0, 0.3)

    def draw(self, rng, today):
        self.keeps_face = rng.uniform(0.15, 0.8)
        # Whoever is good at talking can make it last.
        lasts = (12, 20, 30) if "lies" in self.shown else (8, 12, 15, 20, 30)
        self.stretch = rng.choice(lasts)
        self.gives_in = rng.uniform(0.1, 0.6)
        self.yields = rng.uniform(0.0, 0.8)
        self.tokens = rng.uniform(0.0, 0.4)
        self.excuses = rng.uniform(0.0, 0.1)

    def at_run(self, debtor, case, day):
        if not case.has_slipped:
            case.has_slipped = True
            # What keeps the supplier delivering is paid.
            if "picks" in self.shown:
                case.is_chosen = case.invoice.amount < debtor.traits.usual_amount
            else:
                case.is_chosen = debtor.chance(self.keeps_face)
        is_over = day - case.invoice.due > self.stretch
        if case.is_chosen or (is_over and debtor.chance(0.2)):
            debtor.plan(case, day)

    def at_reminder(self, debtor, case, day):
        # The first reminder is for others.
        if day - case.invoice.due >= 10 and debtor.chance(self.yields):
            self.give_in(debtor, case, day)

    def give_in(self, debtor, case, day):
        if debtor.chance(self.tokens):
            part = int(case.invoice.residual * debtor.rng.uniform(0.1, 0.4))
            debtor.plan(case, day + debtor.days(1, 6), part)
        else:
            debtor.plan(case, day + debtor.days(1, 6))

    def at_call(self, debtor, cases, day):
        if "lies" in self.shown and debtor.chance(0.85):
            debtor.promise_to_pay(day, cases, debtor.days(5, 12))
        elif debtor.chance(self.excuses):
            debtor.complain(cases[0], day)
        elif debtor.chance(self.gives_in):
            self.give_in(debtor, cases[0], day)


class Ignoring(Cause):
    """Knows, could pay, and does not care: answers nobody, pays when it looks."""

    name = "negligent"
    ways = {"piles": 0.42, "drags": 0.52}
    returned = 0.01
    dead_address = 0.15
    opens = (0.0, 0.3)
    replies = (0.0, 0.03)

    def draw(self, rng, today):
        self.routine = rng.uniform(0.05, 0.6)
        self.has_enough = rng.uniform(0.0, 0.22)
        self.looks_every = rng.uniform(40, 88)
        self.drag = rng.uniform(12, 32)
        self.answers = rng.uniform(0.0, 0.12)
        self.looks_now = 0
        self.looks_on = rng.uniform(0, self.looks_every)

    def at_run(self, debtor, case, day):
        if not case.has_slipped:
            case.has_slipped = True
            case.is_chosen = debtor.chance(self.routine)
        if case.is_chosen:
            debtor.plan(case, day + debtor.days(0, 6))
        elif "piles" in self.shown:
            # The drawer is emptied every couple of months.
            if day >= self.looks_on:
                self.looks_now = day
                self.looks_on = day + self.looks_every * debtor.rng.uniform(0.7, 1.3)
            if day == self.looks_now:
                debtor.plan(case, day)
        elif day - case.invoice.due > self.drag and debtor.chance(0.35):
            debtor.plan(case, day)

    def at_reminder(self, debtor, case, day):
        # It goes where the others went; or it is the one too many.
        if "piles" in self.shown and debtor.chance(self.has_enough):
            self.looks_on = day

    def at_call(self, debtor, cases, day):
        if not debtor.chance(self.answers):
            return
        if debtor.chance(0.5):
            debtor.promise_to_pay(day, cases, debtor.days(5, 15))
        if debtor.chance(0.5):
            debtor.plan(cases[0], day + debtor.days(0, 10))


class Blocking(Cause):
    """Pays, except what came with an error: that waits until somebody mends it."""

    name = "circumstantial"
    ways = {"tells": 0.35, "deducts": 0.41}
    returned = 0.005
    opens = (0.3, 0.9)
    replies = (0.05, 0.4)

    def draw(self, rng, today):
        self.slow_desk = rng.uniform(0.0, 0.8)
        # Often it is new prices or a new system, and began some months ago.
        self.began = rng.choice((0, today - rng.randint(140, 300)))

    def error_rate(self, rng):
        return rng.uniform(0.25, 0.5)

    def trouble(self, day):
        if not self.began:
            return 0.8
        return 1.8 if day >= self.began else 0.1

    def at_run(self, debtor, case, day):
        if not case.is_wrong:
            if not debtor.chance(self.slow_desk):
                debtor.plan(case, day)
        elif "deducts" in self.shown and not case.has_slipped:
            case.has_slipped = True
            debtor.plan(case, day, case.invoice.residual - case.wrong_amount)
        elif "tells" in self.shown and debtor.chance(0.4):
            debtor.complain(case, day, case.wrong_amount)

    def at_reminder(self, debtor, case, day):
        if not case.is_wrong:
            super().at_reminder(debtor, case, day)
        elif "tells" in self.shown and debtor.chance(0.4):
            debtor.complain(case, day, case.wrong_amount)

    def at_call(self, debtor, cases, day):
        wrong = [case for case in cases if case.is_wrong]
        for case in cases:
            if not case.is_wrong:
                debtor.plan(case, day + debtor.days(0, 5))
        if wrong and "tells" in self.shown:
            debtor.complain(wrong[0], day, wrong[0].wrong_amount)
        elif debtor.chance(0.15):
            # "As soon as it is put right": noted as a promise, as collectors do.
            debtor.promise_to_pay(day, cases, debtor.days(7, 20))


FIVE = (CashGap, Forgetting, Refusing, Ignoring, Blocking)
