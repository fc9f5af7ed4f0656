from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _receivables_money(self):
        """Return (received, booked) of these payments of one currency, as Decimal.

        ``received``: what is authorized or paid and was neither voided nor refunded;
        ``booked``: what of it a payment or the bank has brought into the ledger. Parts
        that were captured, voided or refunded are transactions of their own in core.
        """
        received = booked = 0
        sources = self.filtered(
            lambda one: (
                one.state in ("authorized", "done") and not one.source_transaction_id
            )
        )
        for source in sources:
            exact = source.currency_id._receivables_exact
            received += exact(source.amount)
            for part in source.child_transaction_ids:
                if part.operation == "refund":
                    # The amount of a refund is below zero.
                    if part.state in ("pending", "done"):
                        received += exact(part.amount)
                elif part.state == "cancel":
                    received -= exact(part.amount)
            booked += sum(
                exact(one.amount)
                for one in source | source.child_transaction_ids
                if one.payment_id.move_id.state == "posted" or one.payment_id.is_matched
            )
        return received, booked
