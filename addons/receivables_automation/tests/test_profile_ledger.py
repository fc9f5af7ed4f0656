from datetime import date, timedelta
from itertools import cycle
from random import Random
from statistics import mean, median

from odoo.fields import Command
from odoo.tests import tagged

from .profile_case import TODAY, FrozenProfileCase

MONEY = ("bank", "cash", "credit")
BUCKETS = {
    "amount_not_due": (-9999, 0),
    "amount_1_30": (1, 30),
    "amount_31_60": (31, 60),
    "amount_61_90": (61, 90),
    "amount_over_90": (91, 99999),
}
# How an item is settled, or not.
WAYS = ("whole", "note", "part", "parts", "loss", "open", "whole", "cents")


class TestProfileLedger(FrozenProfileCase):
    """The profile against a computation of its own, item by item, in Python.

    On a ledger with partial payments, credit notes, instalments, refunds, write-offs,
    two currencies and two companies.
    """

    debtor_count = 1
    invoice_count = 6
    # In the other company, the first few are enough.
    invoice_count_elsewhere = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(4)
        cls.ways = cls._ways()
        other = cls._new_company("Otra, S.A. de C.V.", "OTR010101AB1")
        cls.debtors = [
            cls._customer(f"Deudor {number}") for number in range(cls.debtor_count)
        ]
        # A contact's invoice is its company's debt.
        cls.contact = cls.env["res.partner"].create(
            {"name": "Compras", "parent_id": cls.debtors[0].id}
        )
        cls.companies = cls.company | other
        first = cls.company
        for company in cls.companies:
            cls.company = company
            cls.env = cls.env(
                context=dict(cls.env.context, allowed_company_ids=company.ids)
            )
            cls._write_ledger(
                cls.invoice_count if company == first else cls.invoice_count_elsewhere
            )
        cls.company = first
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.companies.ids)
        )
        cls.profiles = cls.env["receivables.profile"]
        cls.profiles._refresh()

    @classmethod
    def _ways(cls):
        """Yield how one item after the other is settled: in each way in turn."""
        yield from cycle(WAYS)

    @classmethod
    def _write_ledger(cls, count):
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.loss = cls.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", cls.company.id)],
            limit=1,
        )
        dollar = cls._currency(
            "USD", [(date(2025, 1, 1), 18.1), (date(2026, 3, 1), 19.37)]
        )
        term = cls.env["account.payment.term"].create(
            {
                "name": "30, 60, 90",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": part, "nb_days": d}
                    )
                    for d, part in ((30, 33.33), (60, 33.33), (90, 33.34))
                ],
            }
        )
        for debtor in cls.debtors:
            for number in range(count):
                issued = TODAY - timedelta(days=cls.random.randint(5, 400))
                values = {"invoice_date": issued, "invoice_date_due": False}
                if number == 1:
                    values["invoice_payment_term_id"] = term.id
                else:
                    values["invoice_date_due"] = issued + timedelta(days=30)
                if number in (2, 3):
                    values["currency_id"] = dollar.id
                partner = debtor
                if debtor == cls.debtors[0] and number == 4:
                    partner = cls.contact
                amount = cls.random.randint(1000, 99999) / 100
                invoice = cls._invoice(partner, amount, **values)
                cls._settle(invoice, debtor, number)

    @classmethod
    def _settle(cls, invoice, debtor, number):
        """Pay, credit, write off or leave the items of an invoice, as chance has it."""
        for item in cls._items(invoice):
            way = next(cls.ways)
            when = min(item.date_maturity, TODAY - timedelta(days=40))
            when += timedelta(days=cls.random.randint(-4, 38))
            owed = item.amount_residual_currency
            currency = {"currency_id": item.currency_id.id}
            shares = {
                "open": (),
                "whole": (owed,),
                "part": (round(owed * 0.4, 2),),
                "parts": (round(owed * 0.3, 2), owed - round(owed * 0.3, 2)),
                "note": (round(owed * 0.8, 2),),
                "loss": (round(owed * 0.2, 2),),
                "cents": (owed - 0.5,),
            }[way]
            for place, share in enumerate(shares):
                day = when + timedelta(days=9 * place)
                cls._pay(debtor, share, [(item, share)], min(day, TODAY), **currency)
            if way == "note":
                cls._credit(item, debtor, when + timedelta(days=1))
            elif way in ("loss", "cents"):
                cls._write_off(item, debtor, when + timedelta(days=2))
        if number == 5:
            # Paid too much, and given back.
            extra = cls._pay(debtor, 50, when=TODAY - timedelta(days=20))
            refund = cls.env["account.payment"].create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": debtor.id,
                    "amount": 30,
                    "date": TODAY - timedelta(days=10),
                    "journal_id": cls.bank.id,
                }
            )
            refund.action_post()
            (cls._items(extra.move_id) | cls._items(refund.move_id)).reconcile()

    @classmethod
    def _credit(cls, item, debtor, when):
        note = cls._invoice(
            debtor,
            item.amount_residual_currency,
            when,
            move_type="out_refund",
            invoice_date=when,
            invoice_date_due=when,
            currency_id=item.currency_id.id,
        )
        (item | cls._items(note)).reconcile()

    @classmethod
    def _write_off(cls, item, debtor, when):
        owed, booked = item.amount_residual_currency, item.amount_residual
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": when,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": debtor.id,
                            "currency_id": item.currency_id.id,
                            "amount_currency": sign * owed,
                            "balance": sign * booked,
                        }
                    )
                    for account, sign in ((cls.loss, 1), (item.account_id, -1))
                ],
            }
        )
        entry.action_post()
        (item | cls._items(entry)).reconcile()

    # === THE OTHER COMPUTATION ===

    def _lines(self, company, debtor):
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "child_of", debtor.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )

    def _amounts(self, lines, residual):
        """Return what is owed, in which bucket, and what is not applied."""
        rows = [
            (line[residual], (TODAY - (line.date_maturity or line.date)).days)
            for line in lines
        ]
        owed = [(amount, days) for amount, days in rows if amount > 0]
        return {
            "open_amount": sum(amount for amount, _days in owed),
            "overdue_amount": sum(amount for amount, days in owed if days > 0),
            "unapplied_amount": -sum(amount for amount, _days in rows if amount < 0),
        } | {
            name: sum(amount for amount, days in owed if first <= days <= last)
            for name, (first, last) in BUCKETS.items()
        }

    def _story(self, item):
        """Return what an invoice item took: day of payment, days of money, notes."""
        money, lost, notes = [], 0, []
        for partial in item.matched_credit_ids:
            line = partial.credit_move_id
            exchange = item.company_id.currency_exchange_journal_id
            if line.journal_id.type in MONEY:
                money.append((line.date, partial.amount))
            elif line.display_type == "payment_term":
                notes.append(line.date)
            elif line.journal_id != exchange:
                lost += partial.amount
        closing = [one.credit_move_id.date for one in item.matched_credit_ids]
        is_paid = item.reconciled and sum(amount for _day, amount in money) > lost
        return {
            "due": item.date_maturity,
            "issued": item.date,
            "move": item.move_id,
            "amount": item.balance,
            "is_open": not item.reconciled,
            "paid": max(day for day, _amount in money) if is_paid else None,
            "days": {day for day, _amount in money},
            "notes": notes,
            "closed": max(closing) if item.reconciled else None,
        }

    def _behaviour(self, lines):
        items = lines.filtered(
            lambda line: line.display_type == "payment_term" and line.balance > 0
        )
        stories = [self._story(item) for item in items]
        paid = [one for one in stories if one["paid"]]
        late = [(one["paid"] - one["due"]).days for one in paid]
        overdue = [one for one in stories if one["is_open"] and one["due"] < TODAY]
        moves = items.move_id
        first = min(one["issued"] for one in stories)
        whole = moves.filtered(
            lambda move: (
                any(one["move"] == move and one["paid"] for one in stories)
                and not any(one["move"] == move and one["is_open"] for one in stories)
            )
        )
        return {
            "invoice_count": len(moves),
            "paid_invoice_count": len(whole),
            "days_late_avg": mean(late) if late else None,
            "days_late_median": median(late) if late else None,
            "on_time_ratio": _share(
                sum(days <= 0 for days in late), len(late) + len(overdue)
            ),
            "days_overdue_oldest": max(
                ((TODAY - one["due"]).days for one in overdue), default=0
            ),
            "days_since_first_invoice": (TODAY - first).days,
        } | self._habits(stories, overdue)

    def _habits(self, stories, overdue):
        for one in stories:
            one["old"] = (TODAY - one["due"]).days
            one["late"] = one["paid"] and (one["paid"] - one["due"]).days
            one["prompt"] = one["paid"] is not None and one["late"] <= 5
        counted = [
            one
            for one in stories
            if one["old"] > 5 and (one["is_open"] or one["paid"] is not None)
        ]
        earlier = [one for one in counted if one["old"] > 90]
        recent = [one for one in counted if one["old"] <= 90]
        slow = [one["amount"] for one in counted if not one["prompt"]]
        prompt = [one["amount"] for one in counted if one["prompt"]]
        money = [one for one in stories if one["days"]]
        days = [one["paid"] for one in stories if one["paid"] and one["late"] > 5]
        due = [one for one in stories if one["old"] > 0]
        oldest = min((one["due"] for one in overdue), default=TODAY)
        since = [one for one in due if one["due"] > oldest]
        moves = {one["move"] for one in stories}
        knowing = {
            one["move"]
            for one in stories
            for owed in stories
            if owed["due"] + timedelta(days=30) < one["issued"]
            and (owed["is_open"] or owed["closed"] > one["issued"])
        }
        return {
            "earlier_prompt_ratio": _share(
                sum(o["prompt"] for o in earlier), len(earlier)
            ),
            "recent_prompt_ratio": _share(
                sum(o["prompt"] for o in recent), len(recent)
            ),
            "late_size_ratio": mean(slow) / mean(prompt) if slow and prompt else None,
            "days_late_max": max(
                (one["old"] if one["is_open"] else one["late"] for one in counted),
                default=None,
            ),
            "partial_payment_ratio": _share(
                sum(one["is_open"] or len(one["days"]) > 1 for one in money), len(money)
            ),
            "paid_together_ratio": _share(
                sum(days.count(day) >= 3 for day in days), len(days)
            ),
            "paid_since_oldest_ratio": _share(
                sum(one["paid"] is not None for one in since), len(since)
            ),
            "late_correction_ratio": _share(
                sum(any(day > one["due"] for day in one["notes"]) for one in due),
                len(due),
            ),
            "bought_overdue_ratio": _share(len(knowing), len(moves)),
        }

    # === THE COMPARISON ===

    def _each(self):
        for company in self.companies:
            for debtor in self.debtors:
                profile = self.profiles.search(
                    [("company_id", "=", company.id), ("partner_id", "=", debtor.id)]
                )
                self.assertEqual(len(profile), 1)
                yield profile, self._lines(company, debtor)

    def test_amounts_in_company_currency_are_the_ledger_s_to_the_cent(self):
        for profile, lines in self._each():
            for name, amount in self._amounts(lines, "amount_residual").items():
                self.assertAlmostEqual(profile[name], amount, 2, (profile, name))

    def test_amounts_of_each_currency_are_the_ledger_s_to_the_cent(self):
        currencies = set()
        for profile, lines in self._each():
            by_currency = {
                currency: self._amounts(some, "amount_residual_currency")
                for currency, some in lines.grouped("currency_id").items()
                if any(line.amount_residual_currency for line in some)
            }
            told = {line.currency_id: line for line in profile.currency_line_ids}
            self.assertEqual(set(told), set(by_currency))
            for currency, amounts in by_currency.items():
                currencies.add(currency.name)
                for name, amount in amounts.items():
                    self.assertAlmostEqual(told[currency][name], amount, 2, name)
        self.assertEqual(currencies, {"MXN", "USD"})

    def test_behaviour_is_what_the_items_say(self):
        known = set()
        for profile, lines in self._each():
            facts = profile._facts()[profile]
            for name, expected in self._behaviour(lines).items():
                message = (profile.partner_id.name, name)
                if expected is None:
                    self.assertIsNone(facts[name], message)
                else:
                    known.add(name)
                    self.assertAlmostEqual(facts[name], expected, 6, message)
        self.assertIn("late_correction_ratio", known)
        self.assertIn("late_size_ratio", known)


@tagged("soak", "-standard", "post_install", "-at_install")
class TestProfileLedgerOfMany(TestProfileLedger):
    """The same on more debtors, settled as chance has it."""

    debtor_count = 3
    invoice_count_elsewhere = 6

    @classmethod
    def _ways(cls):
        while True:
            yield cls.random.choice(WAYS)


def _share(some, whole):
    return some / whole if whole else None
