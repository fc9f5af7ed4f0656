from datetime import timedelta

from .dunning_case import DunningCase


class TestOtherCompany(DunningCase):
    """What a customer owes another company is no business of this one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._new_company("Otra", "XIA190128J61")
        journal = cls.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", cls.other.id)], limit=1
        )
        cls.invoice = cls._invoice(
            cls.customer,
            due=cls.TODAY - timedelta(days=3),
            company_id=cls.other.id,
            journal_id=journal.id,
        )

    def test_it_is_chased_by_the_other_only(self):
        self.assertFalse(self._preview().notice_ids)
        notice = self._preview(company=self.other).notice_ids
        self.assertEqual(notice.company_id, self.other)

    def test_it_is_listed_in_the_other_only(self):
        lines = self.env["account.move.line"]
        there = lines.with_context(allowed_company_ids=self.other.ids)
        here = lines.with_user(self.collector)

        item = self._items(self.invoice)
        self.assertEqual(self._listed(there) & item, item)
        self.assertFalse(self._listed(here) & item)

    def _listed(self, lines):
        return lines.search(lines.action_receivables_open_items()["domain"])
