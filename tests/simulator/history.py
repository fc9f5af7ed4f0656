"""What a creditor's books hold of a debtor. Days count up; amounts are whole pesos."""

from dataclasses import dataclass, field


@dataclass
class Invoice:
    """An invoice with the money and the credit notes that it took, by day."""

    number: int
    issued: int
    due: int
    amount: int
    payments: list[tuple[int, int]] = field(default_factory=list)
    credits: list[tuple[int, int]] = field(default_factory=list)
    reminders: list[int] = field(default_factory=list)
    cancelled_on: int | None = None
    residual: int = field(init=False)

    def __post_init__(self):
        self.residual = self.amount

    @property
    def is_open(self) -> bool:
        return self.residual > 0

    def pay(self, day: int, amount: int) -> None:
        self.payments.append((day, amount))
        self.residual -= amount

    def take_back(self) -> None:
        _day, amount = self.payments.pop()
        self.residual += amount

    def credit(self, day: int, amount: int) -> None:
        self.credits.append((day, amount))
        self.residual -= amount


@dataclass
class Reminder:
    """A message about overdue invoices. ``opened`` is what its tracking pixel saw."""

    day: int
    opened: bool
    replied: bool
    bounced: bool


@dataclass
class Promise:
    """Money that the debtor announced for ``until``; ``kept`` is None until then."""

    day: int
    until: int
    amount: int
    numbers: tuple[int, ...]
    kept: bool | None = None


@dataclass
class Dispute:
    """An amount of an invoice that the debtor does not accept."""

    day: int
    number: int
    amount: int
    closed_on: int | None = None


@dataclass
class History:
    """Everything that happened with one debtor up to ``today``."""

    today: int
    invoices: list[Invoice] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    plan_requests: list[int] = field(default_factory=list)
    returned_payments: list[int] = field(default_factory=list)

    def since(self, first_day: int) -> "History":
        """Return what is seen by a creditor whose records begin on ``first_day``."""
        return History(
            self.today,
            [one for one in self.invoices if one.issued >= first_day],
            [one for one in self.reminders if one.day >= first_day],
            [one for one in self.promises if one.day >= first_day],
            [one for one in self.disputes if one.day >= first_day],
            [day for day in self.plan_requests if day >= first_day],
            [day for day in self.returned_payments if day >= first_day],
        )
