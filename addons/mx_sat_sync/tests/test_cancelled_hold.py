from datetime import date

from odoo.tests import tagged

from .sat_case import SatCase, uuid_of


@tagged("post_install", "-at_install")
class TestCancelledHold(SatCase):
    def test_an_invoice_whose_cfdi_is_cancelled_is_not_chased(self):
        documents = self._import(self._cfdi(1), self._cfdi(2))
        documents[0].sat_state = "cancelled"
        items = documents.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

        holds = items._receivables_hold_reasons(date(2026, 12, 1))

        cancelled, valid = (
            holds[item.id]
            for document in documents
            for item in items & document.move_id.line_ids
        )
        [(code, text, record)] = cancelled
        self.assertEqual((code, record), ("cfdi_cancelled", documents[0]))
        self.assertIn(uuid_of(1), text)
        self.assertEqual(valid, [])
        labels = self.env["receivables.dunning.skip"]._labels()
        self.assertIn("cfdi_cancelled", labels)
