"""The facts of many debtors at once against the simulator's, one debtor at a time."""

from datetime import date
from statistics import mean

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from simulator.facts import facts_of
from simulator.history import History, Invoice, Reminder
from simulator.process import population

from odoo.addons.receivables_automation.core import debtor_facts
from odoo.addons.receivables_automation.core.copy_columns import day_of
from odoo.addons.receivables_automation.core.debtor_facts import Reminders
from odoo.addons.receivables_automation.core.item_history import Entries, Settlements
from odoo.addons.receivables_automation.core.ledger import (
    Debtors,
    Ledger,
    OpenAmounts,
)

COMPANY = 3
TODAY = 400
# What people tell stands in no ledger.
TOLD = {
    "broken_promise_count",
    "cancelled_cfdi_count",
    "disputed_count",
    "open_dispute_amount",
    "plan_request_count",
    "promised_count",
    "reminder_bounce_count",
    "reminder_open_ratio",
    "reminder_reply_ratio",
    "returned_payment_count",
}


class Books:
    """The ledger of some histories, entry by entry."""

    def __init__(self, histories, today=TODAY):
        self.entries, self.settlements, self.residuals, self.reminders = [], [], {}, []
        for partner, history in enumerate(histories, start=1):
            notices = {
                one.day: len(self.reminders) + n
                for n, one in enumerate(history.reminders)
            }
            for invoice in sorted(history.invoices, key=lambda one: one.number):
                self._post(partner, invoice, notices)
        self.today = today
        self.partners = np.arange(1, len(histories) + 1)

    def _post(self, partner, invoice, notices):
        number = self._entry(
            partner,
            invoice.issued,
            invoice.due,
            invoice.amount,
            is_settled=not invoice.is_open,
            is_term=True,
        )
        if invoice.is_open:
            self.residuals[number] = invoice.residual
        for is_money, taken in ((True, invoice.payments), (False, invoice.credits)):
            for day, amount in taken:
                credit = self._entry(
                    partner,
                    day,
                    day,
                    -amount,
                    is_settled=True,
                    is_money=is_money,
                    is_term=not is_money,
                )
                self.settlements.append((number, credit, amount))
        for day in invoice.reminders:
            self.reminders.append((number, notices[day], day))

    def _entry(self, partner, day, due, balance, **flags):
        number = len(self.entries) + 1
        self.entries.append(
            {
                "id": number,
                "partner": partner,
                "move": number + 70000,
                "date": day,
                "due": due,
                "balance": float(balance),
                "is_money": False,
                "is_exchange": False,
                **flags,
            }
        )
        return number

    def ledger(self):
        names = self.entries[0] if self.entries else ()
        columns = {
            name: np.array([one[name] for one in self.entries]) for name in names
        }
        partner = columns.pop("partner")
        company = np.full(len(partner), COMPANY)
        debtors = Debtors.of(
            np.full(len(self.partners), COMPANY),
            self.partners,
            {COMPANY: self.today},
            {COMPANY: 2},
        )
        entries = Entries(debtor=debtors.numbers(company, partner), **columns)
        settlements = np.array(self.settlements, dtype=float).reshape(-1, 3).T
        residual = np.array(list(self.residuals.values()), dtype=float)
        return Ledger(
            debtors,
            entries,
            Settlements(*settlements),
            OpenAmounts(
                np.array(list(self.residuals), dtype=int) - 1,
                residual,
                residual,
                np.full(len(residual), 33),
            ),
        )

    def facts(self):
        """Return {fact: a value per debtor}."""
        ledger = self.ledger()
        items, of_items = ledger.items()
        opened, of_opened = ledger.open_items()
        today, digits = ledger.debtors.today, ledger.debtors.digits
        told = np.array(self.reminders, dtype=int).reshape(-1, 3).T
        place = debtor_facts.places(items, of_items)
        paid = debtor_facts.paid(items, of_items, place)
        return {
            **debtor_facts.amounts(opened, of_opened, digits),
            **debtor_facts.owed(opened, of_opened, digits),
            **paid,
            **debtor_facts.reminded(items, Reminders(*told), of_items, today),
            "days_since_first_invoice": today - paid["first_invoice_date"],
            "days_since_invoice": today - paid["last_invoice_date"],
            "days_since_payment": today - ledger.last_payments(),
        }


def _compare(histories, today, left_out=frozenset()):
    facts = Books(histories, today).facts()
    for number, history in enumerate(histories):
        expected = {
            name: value
            for name, value in facts_of(history).items()
            if name not in TOLD | left_out
        }
        found = {name: facts[name][number] for name in expected}
        assert found == pytest.approx(
            {name: np.nan if v is None else v for name, v in expected.items()},
            nan_ok=True,
        )


@st.composite
def _histories(draw):
    history = History(TODAY)
    days = sorted(draw(st.sets(st.integers(TODAY - 300, TODAY), max_size=6)))
    history.reminders = [Reminder(day, False, False, False) for day in days]
    told = set()
    for number in range(draw(st.integers(0, 16))):
        issued = draw(st.integers(0, TODAY))
        invoice = Invoice(number, issued, issued + draw(st.integers(0, 60)), 100)
        for _part in range(draw(st.integers(0, 3))):
            day = min(TODAY, issued + draw(st.integers(0, 200)))
            amount = draw(st.sampled_from([100, 50, 10]))
            if amount <= invoice.residual:
                take = draw(st.sampled_from([invoice.pay, invoice.credit]))
                take(day, amount)
        invoice.payments.sort()
        is_open, payments = invoice.is_open, invoice.payments
        until = TODAY if is_open or not payments else payments[-1][0]
        invoice.reminders = [day for day in days if invoice.due < day <= until]
        told |= {*invoice.reminders}
        history.invoices.append(invoice)
    # A notice is about something.
    history.reminders = [one for one in history.reminders if one.day in told]
    return history


@given(st.lists(_histories(), min_size=1, max_size=4))
def test_facts_are_those_of_each_history_alone(histories):
    if any(history.invoices for history in histories):
        _compare(histories, TODAY)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_trend_of_whole_days_is_a_whole_number(before, days):
    history = History(TODAY)
    for number in range(12):
        # What is not the same each time adds up to nothing.
        late = before + (days if number >= 6 else 0) + (-1, 0, 1)[number % 3]
        issued = TODAY - 1300 + 100 * number
        invoice = Invoice(number, issued, issued + 10, 100)
        invoice.pay(invoice.due + late, 100)
        history.invoices.append(invoice)

    assert Books([history]).facts()["late_trend_days"].tolist() == [days]


@given(st.lists(_histories(), min_size=1, max_size=4))
def test_each_month_shows_the_mean_of_what_was_paid_in_it(histories):
    assume(any(history.invoices for history in histories))
    ledger = Books(histories).ledger()
    items, of_items = ledger.items()
    expected = []
    for number in range(len(histories)):
        months = [[] for _month in range(12)]
        for debtor, paid_on, late in zip(
            items.debtor, items.paid_on, items.late, strict=True
        ):
            if debtor != number or np.isnan(paid_on):
                continue
            # TODAY is the 4th of February 2001: what came before March is too old.
            paid = day_of(paid_on)
            place = 12 * (paid.year - 2000) + paid.month - 3
            if place >= 0:
                months[place].append(late)
        expected.append([round(mean(some), 1) if some else None for some in months])

    found = debtor_facts.late_by_month(items, of_items, ledger.debtors.today)

    assert day_of(TODAY) == date(2001, 2, 4)
    assert found == [pytest.approx(months) for months in expected]


def test_books_without_an_invoice_know_nothing_of_a_notice():
    books = Books([History(TODAY)])
    books._entry(1, 10, 40, 500, is_settled=False, is_term=False)
    books.residuals[1] = 500
    books.reminders.append((1, 5, 90))
    # A settlement and a notice of what the books do not have.
    books.settlements.append((8, 9, 100))
    books.reminders.append((8, 6, 95))

    facts = books.facts()

    assert facts["open_amount"].tolist() == facts["amount_over_90"].tolist() == [500]
    assert facts["reminder_count"].tolist() == facts["invoice_count"].tolist() == [0]
    assert np.isnan(facts["days_late_avg"]).all()
    assert np.isnan(facts["on_time_ratio"]).all()


@pytest.mark.parametrize("is_partial", [False, True])
def test_facts_of_simulated_debtors_are_the_simulator_s(is_partial):
    debtors = population(4, "columns", noise=0.1, is_partial=is_partial)
    histories = [one.history for one in debtors]

    assert len({history.today for history in histories}) == 1
    # Of a notice about invoices that the books do not have, they know nothing.
    _compare(
        histories, histories[0].today, {"reminder_count"} if is_partial else frozenset()
    )
