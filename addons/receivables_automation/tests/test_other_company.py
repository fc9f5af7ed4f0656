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

    def test_it_is_not_listed(self):
        lines = self.env["account.move.line"]
        listed = lines.action_receivables_open_items()["domain"]
        item = self._items(self.invoice)

        self.assertIn(item, lines.sudo().search(listed))
        self.assertFalse(item & lines.with_user(self.collector).search(listed))
