from odoo import api, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def unlink(self):
        """Override: what was told of a deleted item stays told, without the item."""
        result = super().unlink()
        self.env["receivables.dunning.notice.line"]._forget("move_line_id", self)
        return result

    @api.model
    def _receivables_accounts(self):
        """Return the receivable accounts, whoever asks: they only bound a query.

        Archived ones too: what is booked on them is owed as well.
        """
        return (
            self.env["account.account"]
            .sudo()
            .with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable")])
        )

    @api.private
    def _receivables_payment_url(self):
        """Return where the debtor of these items can pay them; '' if nowhere.

        A satellite returns a placeholder that is replaced when the message is sent.
        Expects the items of one debtor, company and currency.
        """
        return ""

    @api.private
    def _receivables_payment_urls(self, items_by_key, is_preview=False):
        """Return {key: address} for {key: items of one debtor}.

        For satellites that can answer for many debtors at once. A preview stores
        nothing: an address that would be made for the message is ``#`` in it.
        """
        return {
            key: items._receivables_payment_url() for key, items in items_by_key.items()
        }

    def action_receivables_explain(self):
        """Return the answer to *Why was this not chased?*; expects one item."""
        self.ensure_one()
        self.check_access("read")
        explanation = self.env["receivables.dunning.explanation"].create(
            {"move_line_id": self.id}
        )
        return explanation._action_open()
