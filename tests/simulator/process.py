"""Months of buying, reminding, calling and paying, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from .causes import FIVE, Cause
from .debtor import WEEK, Case, Debtor, Traits
from .history import History, Invoice, Reminder

MONTHS = 18
# Days after the due date on which the creditor writes; afterwards once a month.
REMINDED_ON = (3, 10, 30)
REMINDED_EVERY = 30
CALLED_AFTER = 15
DAYS_BETWEEN_CALLS = 14
CALL_CAPACITY = 0.2
NEW = "new"
CAUSES = {cause.name: cause for cause in (Cause, *FIVE)}
TYPES = (Cause.name, NEW, *(cause.name for cause in FIVE))


@dataclass(frozen=True)
class Simulated:
    """A debtor's history as its creditor knows it, and what moved it."""

    cause: str
    history: History


class Mind:
    """Says how the next thing is handled: as its cause does, sometimes as another."""

    def __init__(self, own: Cause, others: list[Cause], rng: Random, noise: float):
        self.own = own
        self.others = others
        self.rng = rng
        self.noise = noise

    def now(self) -> Cause:
        if self.noise and self.rng.random() < self.noise:
            return self.rng.choice(self.others)
        return self.own


def simulate(
    cause: str, seed: str, noise: float = 0.0, is_partial: bool = False
) -> Simulated:
    """Return one debtor of a cause; the same seed gives the same debtor.

    :param noise: share of invoices, reminders and calls that are handled as another
        cause would.
    :param is_partial: the creditor's records begin some time after the first purchase.
    """
    rng = Random(f"{seed}/{cause}")
    today = MONTHS * 30
    first_day = today - rng.randint(12, 65) if cause == NEW else 0
    # Whoever is new has a character too; there has been no time to show it.
    kind = rng.choice((*FIVE, *(Cause,) * 5)) if cause == NEW else CAUSES[cause]
    own = kind(rng, today)
    others = [other(rng, today) for other in CAUSES.values() if other is not kind]
    mind = Mind(own, others, rng, noise)
    debtor = Debtor(rng, _traits(rng, own), today)
    _invoice(debtor, mind, first_day)
    for day in range(first_day, today + 1):
        _one_day(debtor, mind, day)
    history = debtor.history
    if is_partial and cause != NEW:
        history = history.since(rng.randint(0, today - 330))
    return Simulated(cause, history)


def population(
    count: int,
    seed: str,
    noise: float = 0.0,
    is_partial: bool = False,
    types: Sequence[str] = TYPES,
) -> list[Simulated]:
    """Return ``count`` debtors of each of ``types``."""
    return [
        simulate(cause, f"{seed}-{number}", noise, is_partial)
        for cause in types
        for number in range(count)
    ]


def _traits(rng: Random, cause: Cause) -> Traits:
    return Traits(
        # IBM's set has 25 invoices a customer in two years; a dealer's buy more often.
        invoices_a_month=min(max(rng.lognormvariate(0.8, 0.4), 1.5), 5.0),
        terms=rng.choice((15, 30, 30, 30, 45)),
        usual_amount=int(rng.lognormvariate(10, 0.7)),
        pay_weekday=rng.randrange(WEEK),
        pays_before_due=rng.random() < 0.7,
        pays_round_sums=rng.random() < 0.2,
        shows_opens=rng.random() < 0.65,
        answers_by_mail=rng.random() < 0.55,
        bad_address=rng.random() < cause.dead_address,
        error_rate=cause.error_rate(rng),
        return_rate=rng.uniform(0.0, 0.1),
        reissue_rate=rng.uniform(0.0, 0.08),
        reached_by_phone=rng.uniform(0.5, 0.9),
        complains=rng.uniform(0.1, 0.5),
    )


def _one_day(debtor: Debtor, mind: Mind, day: int) -> None:
    _buy(debtor, mind, day)
    if not debtor.open_cases:
        return
    if day % WEEK == debtor.traits.pay_weekday:
        _pay_run(debtor, mind, day)
    late = debtor.overdue_cases(day)
    if late:
        _remind(debtor, mind, day, late)
        _call(debtor, mind, day, late)
    paid = debtor.pay_planned(day)
    if paid and debtor.chance(mind.own.returned):
        paid[-1].invoice.take_back()
        debtor.history.returned_payments.append(day)
    _look_into_errors(debtor, day)
    debtor.open_cases = [case for case in debtor.open_cases if case.invoice.is_open]
    _see_promise(debtor, day)


def _buy(debtor: Debtor, mind: Mind, day: int) -> None:
    rate = debtor.traits.invoices_a_month / 30 * mind.own.appetite(debtor, day)
    if debtor.chance(rate):
        _invoice(debtor, mind, day)


def _invoice(debtor: Debtor, mind: Mind, day: int) -> None:
    traits = debtor.traits
    amount = max(int(debtor.rng.lognormvariate(0, 0.7) * traits.usual_amount), 100)
    number = len(debtor.history.invoices)
    invoice = Invoice(number, day, day + traits.terms, amount)
    wrong = 0
    if debtor.chance(traits.error_rate * mind.own.trouble(day)):
        wrong = int(amount * debtor.rng.choice((0.05, 0.1, 0.2, 0.5)))
    debtor.add(invoice, mind.now(), wrong)


def _pay_run(debtor: Debtor, mind: Mind, day: int) -> None:
    ahead = WEEK - 1 if debtor.traits.pays_before_due else 3
    for case in debtor.open_cases:
        if case.invoice.due <= day + ahead and not case.planned:
            if case.is_wrong and not case.is_noticed:
                case.is_noticed = True
                if debtor.chance(debtor.traits.complains * 0.15):
                    debtor.complain(case, day, case.wrong_amount)
            case.handled_by.at_run(debtor, case, day)


def _remind(debtor: Debtor, mind: Mind, day: int, late: list[Case]) -> None:
    told = [
        case
        for case in late
        if _is_step(day - case.invoice.due)
        and not debtor.promise
        and not case.is_disputed
    ]
    if not told:
        return
    traits, now = debtor.traits, mind.now()
    is_read = not traits.bad_address and debtor.chance(now.opens_share)
    replied = is_read and traits.answers_by_mail and debtor.chance(now.replies_share)
    debtor.history.reminders.append(
        Reminder(day, is_read and traits.shows_opens, replied, traits.bad_address)
    )
    for case in told:
        case.invoice.reminders.append(day)
        if not traits.bad_address and not case.planned:
            case.handled_by.at_reminder(debtor, case, day)


def _is_step(days_late: int) -> bool:
    is_monthly = days_late > REMINDED_ON[-1] and days_late % REMINDED_EVERY == 0
    return days_late in REMINDED_ON or is_monthly


def _call(debtor: Debtor, mind: Mind, day: int, late: list[Case]) -> None:
    if debtor.promise or day - debtor.last_call < DAYS_BETWEEN_CALLS:
        return
    cases = [
        case
        for case in late
        if day - case.invoice.due >= CALLED_AFTER and not case.is_disputed
    ]
    # The collector has others to call too.
    if not cases or not debtor.chance(CALL_CAPACITY):
        return
    debtor.last_call = day
    if debtor.chance(debtor.traits.reached_by_phone):
        mind.now().at_call(debtor, cases, day)


def _look_into_errors(debtor: Debtor, day: int) -> None:
    """Mend, explain or credit what was disputed or paid short, some weeks later."""
    traits = debtor.traits
    for case in list(debtor.open_cases):
        if case.is_disputed:
            if day - case.dispute.day > 10 and debtor.chance(0.03):
                case.dispute.closed_on = day
                _resolve(debtor, case, day)
        elif case.is_wrong and day - case.invoice.due > 20 and debtor.chance(0.035):
            _resolve(debtor, case, day)
        elif day == case.invoice.issued + 4:
            # Goods come back and tax data are wrong, whoever the customer is.
            if debtor.chance(traits.return_rate):
                case.invoice.credit(day, case.invoice.residual // 10)
            elif debtor.chance(traits.reissue_rate):
                _reissue(debtor, case, day)


def _resolve(debtor: Debtor, case: Case, day: int) -> None:
    if not case.is_wrong:
        return
    case.is_mended = True
    # What was paid short is credited or made again; of the rest, most is explained or
    # delivered again.
    is_short = bool(case.invoice.payments)
    way = debtor.rng.random()
    if way < (0.7 if is_short else 0.01):
        case.invoice.credit(day, min(case.wrong_amount, case.invoice.residual))
    elif way < 0.03 and not is_short:
        _reissue(debtor, case, day)


def _reissue(debtor: Debtor, case: Case, day: int) -> None:
    """Cancel an invoice and make it again."""
    amount = case.invoice.residual
    case.invoice.credit(day, amount)
    case.invoice.cancelled_on = day
    number = len(debtor.history.invoices)
    again = Invoice(number, day, day + debtor.traits.terms, amount)
    debtor.add(again, case.handled_by)


def _see_promise(debtor: Debtor, day: int) -> None:
    """Keep or break the promise that is alive, with two days of grace."""
    promise = debtor.promise
    if not promise:
        return
    paid = sum(
        amount
        for number in promise.numbers
        for when, amount in debtor.history.invoices[number].payments
        if when >= promise.day
    )
    if paid >= 0.98 * promise.amount:
        promise.kept = True
        debtor.promise = None
    elif day > promise.until + 2:
        promise.kept = False
        debtor.promise = None
