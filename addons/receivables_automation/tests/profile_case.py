from datetime import date, datetime, time, timedelta

from odoo.fields import Command

from .mexican_company import MexicanCompanyCase

TODAY = date(2026, 6, 30)


class ProfileCase(MexicanCompanyCase):
    """A debtor whose profile can be asked for on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Most tests look at one day.
        cls.company.receivables_segment_days = 1
        cls.profiles = cls.env["receivables.profile"]
        cls.customer = cls._customer()

    def _on(self, day):
        """Freeze the suite's clock at noon of ``day`` in Mexico."""
        now = datetime.combine(day, time(18))
        self.patch(
            self.registry["res.company"], "_receivables_now", lambda company: now
        )

    def _profile(self, partner=None, refresh=True):
        """Return the debtor's profile, computed anew."""
        partner = partner or self.customer
        if refresh:
            self.profiles._refresh(partner)
        return self.profiles.search(
            [("company_id", "=", self.company.id), ("partner_id", "=", partner.id)]
        )

    @classmethod
    def _paid(cls, due, late, partner=None, amount=100.0):
        """Return an invoice due on ``due`` that was paid ``late`` days after it."""
        return cls._paid_each([(due, late)], partner, amount)

    @classmethod
    def _paid_each(cls, rows, partner=None, amount=100.0):
        """Return an invoice per (due date, days late) that was paid so late."""
        partner = partner or cls.customer
        invoices = cls._invoices([(partner, amount, due) for due, _late in rows])
        cls._payments(
            [
                (
                    partner,
                    amount,
                    [(cls._items(invoice), amount)],
                    due + timedelta(days=late),
                )
                for invoice, (due, late) in zip(invoices, rows, strict=True)
            ]
        )
        return invoices

    @classmethod
    def _paying(cls, *late, last=date(2026, 5, 20)):
        """Have the customer pay an invoice a month, ``late`` days late."""
        return cls._paid_each(
            [
                (last - timedelta(days=30 * number), days)
                for number, days in enumerate(reversed(late))
            ]
        )


class FrozenProfileCase(ProfileCase):
    """The same debtor at noon of `TODAY`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._freeze(datetime.combine(TODAY, time(18)))

    @classmethod
    def _due(cls, days_overdue, amount=100.0, **values):
        due = TODAY - timedelta(days=days_overdue)
        return cls._invoice(cls.customer, amount, due, **values)

    @classmethod
    def _due_each(cls, rows, **values):
        """Return an invoice of the customer per (days overdue, amount)."""
        return cls._invoices(
            [
                (cls.customer, amount, TODAY - timedelta(days=days))
                for days, amount in rows
            ],
            **values,
        )

    @classmethod
    def _opening(cls, amount, partner=None, day=TODAY - timedelta(days=50), **values):
        """Return a posted entry without due date by which the customer owes."""
        company_accounts = cls.env["account.account"].with_company(cls.company)
        accounts = [
            company_accounts.search(
                [("account_type", "=", kind), ("company_ids", "in", cls.company.ids)],
                limit=1,
            )
            for kind in ("asset_receivable", "expense")
        ]
        partner = partner or cls.customer
        owed, other = (account.id for account in accounts)
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "line_ids": [
                    Command.create(
                        {"account_id": owed, "partner_id": partner.id, "debit": amount}
                        | values
                    ),
                    Command.create({"account_id": other, "credit": amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    def _dollars(self, rate=20.0):
        return self._currency("USD", [(date(2026, 1, 1), rate)])

    def _credit_note(self, invoice, amount, when):
        note = self._invoice(
            self.customer,
            amount,
            when,
            move_type="out_refund",
            invoice_date=when,
            invoice_date_due=when,
        )
        (self._items(invoice) | self._items(note)).reconcile()
        return note
