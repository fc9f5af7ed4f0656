"""A debtor: its circumstances, and the few things that it can do about an invoice."""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from .history import Dispute, History, Invoice, Promise

if TYPE_CHECKING:
    from .causes import Cause

WEEK = 7


@dataclass(eq=False)
class Case:
    """An invoice with what its debtor knows of it, and nobody else does."""

    invoice: Invoice
    handled_by: "Cause"
    wrong_amount: int = 0
    is_noticed: bool = False
    is_lost: bool = False
    has_slipped: bool = False
    is_chosen: bool = False
    planned: tuple[int, int] | None = None
    dispute: Dispute | None = None
    is_mended: bool = False

    @property
    def is_wrong(self) -> bool:
        return self.wrong_amount > 0 and not self.is_mended

    @property
    def is_disputed(self) -> bool:
        return self.dispute is not None and self.dispute.closed_on is None


@dataclass(frozen=True)
class Traits:
    """Circumstances that every debtor has, whatever moves it."""

    invoices_a_month: float
    terms: int
    usual_amount: int
    pay_weekday: int
    pays_before_due: bool
    pays_round_sums: bool
    shows_opens: bool
    answers_by_mail: bool
    bad_address: bool
    error_rate: float
    return_rate: float
    reissue_rate: float
    reached_by_phone: float
    complains: float


class Debtor:
    """Acts on its cases; how it decides is a cause's."""

    def __init__(self, rng: Random, traits: Traits, today: int):
        self.rng = rng
        self.traits = traits
        self.history = History(today)
        self.open_cases: list[Case] = []
        self.last_call = -99
        self.budget = 0.0
        self.promise: Promise | None = None

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def days(self, first: int, last: int) -> int:
        return first + int(self.rng.random() * (last - first + 1))

    def overdue_cases(self, day: int) -> list[Case]:
        return [case for case in self.open_cases if case.invoice.due < day]

    def add(self, invoice: Invoice, handled_by: "Cause", wrong_amount: int = 0) -> None:
        """Receive an invoice, to be handled as a cause would."""
        self.history.invoices.append(invoice)
        self.open_cases.append(Case(invoice, handled_by, wrong_amount))

    def plan(self, case: Case, day: int, amount: int | None = None) -> None:
        """Decide to pay on a day, unless a payment is decided already."""
        if not case.planned:
            case.planned = day, amount or case.invoice.residual

    def pay_planned(self, day: int) -> list[Case]:
        """Let today's money leave; return what it was for."""
        paid = []
        for case in self.open_cases:
            if case.planned and case.planned[0] <= day:
                amount = min(case.planned[1], case.invoice.residual)
                case.planned = None
                case.invoice.pay(day, self._round(amount))
                paid.append(case)
        return paid

    def _round(self, amount: int) -> int:
        """Return what is sent: some pay on account, in round sums."""
        round_sum = amount // 5000 * 5000
        is_rounding = self.traits.pays_round_sums and not self.promise
        if is_rounding and round_sum > 0.5 * amount and self.chance(0.35):
            return round_sum
        return amount

    def promise_to_pay(self, day: int, cases: list[Case], within: int) -> None:
        if self.promise or not cases:
            return
        amount = sum(case.invoice.residual for case in cases)
        numbers = tuple(case.invoice.number for case in cases)
        self.promise = Promise(day, day + within, amount, numbers)
        self.history.promises.append(self.promise)

    def complain(self, case: Case, day: int, amount: int | None = None) -> None:
        """Open a dispute about an invoice, once."""
        if not case.dispute:
            amount = min(amount or case.invoice.residual, case.invoice.residual)
            case.dispute = Dispute(day, case.invoice.number, amount)
            self.history.disputes.append(case.dispute)

    def ask_for_plan(self, day: int) -> None:
        self.history.plan_requests.append(day)
