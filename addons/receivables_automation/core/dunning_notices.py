"""From decisions to notices: one per debtor, currency and channel, and not too many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .dunning_plan import Decision, Step

WEEK = timedelta(days=7)
# An activity is a task of ours and a webhook speaks to a machine: the debtor hears
# nothing, so neither counts.
CONTACT_CHANNELS = frozenset({"email", "sms", "letter"})


class NoticeKey(NamedTuple):
    """What there is one notice of."""

    company_id: int
    partner_id: int
    currency: str
    channel: str
    day: date


class Debtor(NamedTuple):
    """Whom contacts are counted for: a customer of a company."""

    company_id: int
    partner_id: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to be made; ``lines`` each have their own step and occurrence.

    ``step`` sets the tone. ``amount_due`` is the lines' sum in the key's currency.
    ``is_first_contact``: all lines of that step are, so the wording must be one's.
    """

    key: NoticeKey
    step: Step
    rank: int
    lines: tuple[Decision, ...]
    amount_due: Decimal
    is_first_contact: bool

    @property
    def debtor(self) -> Debtor:
        """Return whom the notice goes to."""
        return Debtor(self.key.company_id, self.key.partner_id)


@dataclass(frozen=True, slots=True)
class CappedNotices:
    """Notices that may go out and those that the cap holds back (``weekly_cap``)."""

    allowed: tuple[Notice, ...]
    held: tuple[Notice, ...]


def group_into_notices(decisions: Iterable[Decision], day: date) -> list[Notice]:
    """Return the notices of the decisions that fire; the others are left out.

    Ordered by key, lines by due date and id, whatever the order that came in. The
    highest step sets the tone; if the debtor hears of all its items for the first
    time, the wording is a first contact's, whatever else the notice is about.
    """
    groups: dict[NoticeKey, list[Decision]] = {}
    for decision in decisions:
        if decision.fires:
            groups.setdefault(_key(decision, day), []).append(decision)
    return [_notice(key, groups[key]) for key in sorted(groups)]


def count_contacts(
    contacts: Iterable[tuple[Debtor, date]], today: date
) -> Counter[Debtor]:
    """Return how often each debtor was contacted in the seven days that end today."""
    return Counter(debtor for debtor, day in contacts if today - WEEK < day <= today)


def apply_weekly_cap(
    notices: Iterable[Notice], contacts: Mapping[Debtor, int], cap: int | None
) -> CappedNotices:
    """Return which notices may go out when a debtor is contacted ``cap`` times a week.

    ``contacts`` are those of the last seven days (``count_contacts``), notices and
    others. The highest steps go first, then the largest amounts of one currency. None
    is no cap; what the debtor does not hear, such as an activity, is never held.
    """
    allowed, held = [], []
    used = Counter(contacts)
    for notice in sorted(notices, key=_urgency):
        if notice.key.channel not in CONTACT_CHANNELS or cap is None:
            allowed.append(notice)
        elif used[notice.debtor] < cap:
            used[notice.debtor] += 1
            allowed.append(notice)
        else:
            held.append(notice)
    return CappedNotices(tuple(allowed), tuple(held))


def _key(decision: Decision, day: date) -> NoticeKey:
    item = decision.item
    channel = decision.step.channel
    return NoticeKey(item.company_id, item.partner_id, item.currency, channel, day)


def _notice(key: NoticeKey, lines: list[Decision]) -> Notice:
    tone = max(lines, key=lambda line: line.rank)
    loudest = [line for line in lines if line.rank == tone.rank]
    return Notice(
        key,
        tone.step,
        tone.rank,
        tuple(sorted(lines, key=_line_order)),
        sum((line.item.residual for line in lines), Decimal(0)),
        all(line.is_first_contact for line in loudest),
    )


def _line_order(line: Decision) -> tuple[date, int]:
    return line.item.due_date or date.max, line.item.id


def _urgency(notice: Notice) -> tuple:
    return (-notice.rank, notice.key.currency, -notice.amount_due, notice.key)
