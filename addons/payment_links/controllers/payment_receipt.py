from odoo.http import content_disposition, request, route

from odoo.addons.payment import utils as payment_utils

from .payment_link import RECEIPT, PaymentLinkPage, make_private


class PaymentReceipt(PaymentLinkPage):
    """Where a payer lands: what was paid, what it settled, what remains.

    Its address is stored with the transaction, so it has a key of its own and never
    the link's token.
    """

    @route(
        "/pay/receipt/<int:transaction_id>",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
    )
    def payment_receipt(self, transaction_id, access_token="", **_kwargs):
        """Show what became of one payment."""
        transaction = self._find_transaction(transaction_id, access_token)
        if not transaction:
            return self._render_no_link(request.env["payment.link"])
        link = self._in_language(transaction.payment_link_id)
        payment = transaction.payment_id
        is_own = transaction.id in self._own_transactions()
        return self._render_payment_page(
            "payment_links.page_receipt",
            {
                "link": link,
                "transaction": transaction,
                "payment": payment,
                "settlement": transaction.payment_settlement_ids,
                "settled": [
                    one
                    for entry in (link._history(payment) if payment else [])
                    # The ledger's newest is the last that was quoted.
                    for one in reversed(entry["settled"])
                ],
                "access_token": access_token,
                # Whoever only has the receipt does not get the link with it.
                "address": link._addresses().get(link.id, "") if is_own else "",
            },
        )

    @route(
        "/pay/receipt/<int:transaction_id>/pdf",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
    )
    def payment_receipt_pdf(self, transaction_id, access_token="", **_kwargs):
        """Return core's payment receipt as a PDF."""
        transaction = self._find_transaction(transaction_id, access_token)
        payment = transaction.payment_id
        if not payment:
            return self._render_no_link(request.env["payment.link"])
        self._in_language(transaction.payment_link_id)
        report = request.env["ir.actions.report"].sudo()
        content, _type = report.with_company(payment.company_id)._render_qweb_pdf(
            "account.action_report_payment_receipt", payment.ids
        )
        return make_private(
            request.make_response(
                content,
                [
                    ("Content-Type", "application/pdf"),
                    (
                        "Content-Disposition",
                        content_disposition(
                            f"{payment.name}.pdf", disposition_type="inline"
                        ),
                    ),
                ],
            )
        )

    def _find_transaction(self, transaction_id, access_token):
        """Return the link's transaction of a receipt's address, in superuser mode."""
        transactions = request.env["payment.transaction"].sudo()
        if not payment_utils.check_access_token(access_token, RECEIPT, transaction_id):
            return transactions
        transaction = transactions.browse(transaction_id).exists()
        return transaction if transaction.payment_link_id else transactions
