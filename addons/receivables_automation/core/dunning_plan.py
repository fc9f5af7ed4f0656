"""Which step of a dunning plan fires for an open item on a day, or why none does.

Of an item's steps only the latest due one counts; the earlier ones are passed over and
never made up. Nothing is remembered: steps, item and day give the answer, so the reason
of any day can be computed again.

Two series run beside each other. Steps on the invoice's dates follow the calendar, and
a later one ends the repeats of an earlier one. Steps on a promise's date cut in on
their day, and leave the other series' repeats alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

ZERO = Decimal(0)
INVOICE_DATE = "invoice_date"
DUE_DATE = "due_date"
PROMISE_DATE = "promise_date"
ANCHORS = frozenset({INVOICE_DATE, DUE_DATE, PROMISE_DATE})


class Reason(StrEnum):
    """What happens to an item or a step on a day; all but ``FIRES`` mean: nothing.

    ``SUPERSEDED`` is said of steps only: a later one is due, or was when this one was.
    """

    FIRES = "fires"
    SETTLED = "settled"
    CREDIT_BALANCE = "credit_balance"
    NO_STEPS = "no_steps"
    NO_ANCHOR_DATE = "no_anchor_date"
    NOT_DUE_YET = "not_due_yet"
    BELOW_MINIMUM = "below_minimum"
    ALREADY_SENT = "already_sent"
    PAST_LAST_STEP = "past_last_step"
    SUPERSEDED = "superseded"


class InvalidStep(ValueError):
    """A step that cannot be planned."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a plan, due ``offset_days`` after its anchor (before, if negative).

    ``repeat_max`` is how often it is repeated after the first time (None: for ever),
    every ``repeat_every_days`` after it was last sent. ``minimum_amount`` is what an
    item must at least owe, in the item's currency.

    :raises InvalidStep: unknown anchor, or repeats without a distance.
    """

    id: int
    offset_days: int
    anchor: str = DUE_DATE
    repeat_every_days: int = 0
    repeat_max: int | None = 0
    minimum_amount: Decimal = ZERO
    channel: str = "email"

    def __post_init__(self) -> None:
        if self.anchor not in ANCHORS:
            raise InvalidStep(f"Step {self.id} counts from {self.anchor!r}.")
        if self.repeat_every_days < 0 or (self.repeat_max or 0) < 0:
            raise InvalidStep(f"Step {self.id} repeats a negative number.")
        if self.repeat_max != 0 and not self.repeat_every_days:
            raise InvalidStep(f"Step {self.id} repeats, but does not say how often.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A step that was sent for an item, with its offset and anchor of that day."""

    step_id: int
    offset_days: int
    occurrence: int
    sent_on: date
    anchor: str = DUE_DATE


class OpenItem(NamedTuple):
    """An open receivable line; ``residual`` in ``currency``, positive is owed to us.

    ``promise_date`` is the day of its latest promise. A promise that still runs holds
    the item, as does a dispute: holds are decided before, not here.
    """

    id: int
    company_id: int
    partner_id: int
    currency: str
    residual: Decimal
    due_date: date | None = None
    invoice_date: date | None = None
    promise_date: date | None = None
    sent: tuple[Sent, ...] = ()


class Decision(NamedTuple):
    """What happens to an item on a day, with the facts that it follows from.

    ``step`` is the latest due one, None if none is; ``rank`` its place in the plan;
    ``due_on`` the day on which it, or its repeat, fell due; ``occurrence`` counts from
    1, is what fires or was last sent; ``sent_on`` the day of that last sending.
    ``is_first_contact``: earlier steps were passed over and the debtor never heard of
    the item, so the wording must not assume that they did.
    """

    item: OpenItem
    reason: Reason
    step: Step | None = None
    rank: int = -1
    occurrence: int = 0
    due_on: date | None = None
    sent_on: date | None = None
    is_first_contact: bool = False

    @property
    def fires(self) -> bool:
        """Return whether the step goes out."""
        return self.reason is Reason.FIRES


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The step that fires next, if nothing changes until ``day``."""

    step: Step
    occurrence: int
    day: date


@dataclass(frozen=True, slots=True)
class StepReason:
    """Why a step did or did not fire; ``due_on`` is its first due day, if any."""

    step: Step
    reason: Reason
    due_on: date | None


class _Standing(NamedTuple):
    """Where a series stands; days are ordinals. Compares by day, then by rank."""

    day: int
    rank: int
    step: Step
    occurrence: int
    base: int  # the day of the last sending, 0 if there was none
    is_waiting: bool
    has_repeats_left: bool


def plan(items: Iterable[OpenItem], steps: Sequence[Step], day: date) -> list[Decision]:
    """Return a decision for each item, in the items' order.

    ``steps`` is one plan, the mildest first.
    """
    planner = Planner(steps, day)
    return [planner.decide(item) for item in items]


class Planner:
    """One plan on one day; decides as `decide` does, quicker for many items.

    Of an item never told of, only dates and amount matter, and many share the dates.
    """

    def __init__(self, steps: Sequence[Step], day: date) -> None:
        self.steps = steps
        self.day = day
        self._by_dates: dict[tuple, Decision] = {}

    def decide(self, item: OpenItem) -> Decision:
        """Return what happens to an item, or why nothing does."""
        if item.sent or item.residual <= 0:
            return decide(item, self.steps, self.day)
        dates = (item.due_date, item.invoice_date, item.promise_date)
        alike = self._by_dates.get(dates)
        if alike is None:
            alike = self._by_dates[dates] = decide(item, self.steps, self.day)
        reason, step = alike.reason, alike.step
        if step is not None:
            reason = _by_amount(item, step)
        return Decision(item, reason, *alike[2:])


def decide(item: OpenItem, steps: Sequence[Step], day: date) -> Decision:
    """Return what happens to an item on a day, or why nothing does.

    The item is read as it stood that day; sendings after it are left out, those of the
    day itself count.
    """
    if item.residual <= 0:
        is_settled = item.residual == 0
        reason = Reason.SETTLED if is_settled else Reason.CREDIT_BALANCE
        return Decision(item, reason)
    now = day.toordinal()
    current, due_count, last_day = _current_steps(item, steps, now)
    if not current:
        if last_day:
            return Decision(item, Reason.NOT_DUE_YET)
        return Decision(item, Reason.NO_ANCHOR_DATE if steps else Reason.NO_STEPS)
    standings = [_standing(item, steps[rank], rank, due, now) for due, rank in current]
    latest = max(standings)
    if not latest.is_waiting:
        reason = _by_amount(item, latest.step)
    elif last_day > now or any(each.has_repeats_left for each in standings):
        reason = Reason.ALREADY_SENT
    else:
        reason = Reason.PAST_LAST_STEP
    return Decision(
        item,
        reason,
        latest.step,
        latest.rank,
        latest.occurrence,
        date.fromordinal(latest.day),
        date.fromordinal(latest.base) if latest.base else None,
        due_count > 1 and not _heard_of(item, day),
    )


def _by_amount(item: OpenItem, step: Step) -> Reason:
    is_enough = item.residual >= step.minimum_amount
    return Reason.FIRES if is_enough else Reason.BELOW_MINIMUM


def explain(item: OpenItem, steps: Sequence[Step], day: date) -> tuple[StepReason, ...]:
    """Return why each step did or did not fire on a day, in the plan's order."""
    decision = decide(item, steps, day)
    now = day.toordinal()
    starts = _starts(item)
    reasons = []
    for rank, step in enumerate(steps):
        due = _due_day(starts, step)
        if due is None:
            reason = Reason.NO_ANCHOR_DATE
        elif due > now:
            reason = Reason.NOT_DUE_YET
        elif rank == decision.rank and decision.reason is not Reason.PAST_LAST_STEP:
            reason = decision.reason
        elif _counting(item, step, due, now):
            reason = Reason.ALREADY_SENT
        elif decision.step is None:
            reason = decision.reason
        else:
            reason = Reason.SUPERSEDED
        due_on = None if due is None else date.fromordinal(due)
        reasons.append(StepReason(step, reason, due_on))
    return tuple(reasons)


def next_step(item: OpenItem, steps: Sequence[Step], today: date) -> Upcoming | None:
    """Return what fires next and when, today included; None if nothing ever will.

    Assumes that the debt stays as it is; windows, holds and pauses are not its matter.
    """
    day: date | None = today
    # Beyond the last step's day only repeats come. One that meets a repeat of the other
    # series twice running meets it always, so two rounds show whether it ever fires.
    longest = max((step.repeat_every_days for step in steps), default=0)
    _, _, last_day = _current_steps(item, steps, 0)
    horizon = max(today.toordinal(), last_day) + 2 * longest
    while day is not None and day.toordinal() <= horizon:
        decision = decide(item, steps, day)
        if decision.fires:
            return Upcoming(decision.step, decision.occurrence, day)
        day = _next_change(item, steps, day)
    return None


def _next_change(item: OpenItem, steps: Sequence[Step], day: date) -> date | None:
    """Return the first day after ``day`` on which a step or a repeat falls due."""
    now = day.toordinal()
    starts = _starts(item)
    days = [due for step in steps if (due := _due_day(starts, step) or 0) > now]
    current, _, _ = _current_steps(item, steps, now)
    for due, rank in current:
        standing = _standing(item, steps[rank], rank, due, now)
        if standing.has_repeats_left:
            every = standing.step.repeat_every_days
            days.append(now + every - (now - standing.base) % every)
    return date.fromordinal(min(days)) if days else None


def _current_steps(
    item: OpenItem, steps: Sequence[Step], now: int
) -> tuple[list[tuple[int, int]], int, int]:
    """Return each series' latest due step, how many steps are due, the last due day.

    A step is (day, rank); of two on one day the higher rank is the later one. The last
    day is 0 if no step has a date.
    """
    starts = _starts(item)
    calendar = promised = None
    due_count = last_day = 0
    for rank, step in enumerate(steps):
        start = starts[step.anchor]
        if start is None:
            continue
        due = start + step.offset_days
        if due > last_day:
            last_day = due
        if due > now:
            continue
        due_count += 1
        if step.anchor == PROMISE_DATE:
            if promised is None or due >= promised[0]:
                promised = (due, rank)
        elif calendar is None or due >= calendar[0]:
            calendar = (due, rank)
    return [each for each in (calendar, promised) if each], due_count, last_day


def _starts(item: OpenItem) -> dict[str, int | None]:
    """Return the ordinal of each anchor's date."""
    invoice, due, promise = item.invoice_date, item.due_date, item.promise_date
    return {
        INVOICE_DATE: invoice.toordinal() if invoice else None,
        DUE_DATE: due.toordinal() if due else None,
        PROMISE_DATE: promise.toordinal() if promise else None,
    }


def _due_day(starts: dict[str, int | None], step: Step) -> int | None:
    """Return the ordinal of a step's first due day, None without an anchor's date."""
    start = starts[step.anchor]
    return None if start is None else start + step.offset_days


def _standing(item: OpenItem, step: Step, rank: int, due: int, now: int) -> _Standing:
    """Return where a series stands whose latest due step is ``step``."""
    if not item.sent:
        return _Standing(due, rank, step, 1, 0, False, False)
    counting = _counting(item, step, due, now)
    last = max(
        (
            sent.occurrence
            for sent in item.sent
            if sent.step_id == step.id and _day_sent(sent) <= now
        ),
        default=0,
    )
    if not counting:
        return _Standing(due, rank, step, last + 1, 0, False, False)
    first = min(counting, key=_day_sent)
    base = max(map(_day_sent, counting))
    # What another plan sent stands for the first time, never for a repeat.
    last = max(last, 1)
    repeats = sum(sent.step_id == step.id and sent is not first for sent in counting)
    if step.repeat_max is not None and repeats >= step.repeat_max:
        return _Standing(base, rank, step, last, base, True, False)
    rounds = (now - base) // step.repeat_every_days
    if rounds < 1:
        return _Standing(base, rank, step, last, base, True, True)
    repeat_day = base + rounds * step.repeat_every_days
    return _Standing(repeat_day, rank, step, last + 1, base, False, True)


def _counting(item: OpenItem, step: Step, due: int, now: int) -> list[Sent]:
    """Return the sendings up to now that count as having sent a step.

    Its own, and those of another step, of this plan or an earlier one, at the same or a
    later offset. For a promise only those since the step fell due: what was sent before
    belongs to an earlier promise.
    """
    return [
        sent
        for sent in item.sent
        if _day_sent(sent) <= now and _counts_for(item, step, due, sent)
    ]


def _counts_for(item: OpenItem, step: Step, due: int, sent: Sent) -> bool:
    if (sent.anchor == PROMISE_DATE) != (step.anchor == PROMISE_DATE):
        return False
    if step.anchor == PROMISE_DATE and _day_sent(sent) < due:
        return False
    if sent.step_id == step.id:
        return True
    if sent.anchor == step.anchor:
        return sent.offset_days >= step.offset_days
    start = item.due_date if sent.anchor == DUE_DATE else item.invoice_date
    return start is not None and start.toordinal() + sent.offset_days >= due


def _day_sent(sent: Sent) -> int:
    return sent.sent_on.toordinal()


def _heard_of(item: OpenItem, day: date) -> bool:
    return any(sent.sent_on <= day for sent in item.sent)
