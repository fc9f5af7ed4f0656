from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PaymentLinkLine(models.Model):
    """An open item that a payment link asks for."""

    _name = "payment.link.line"
    _description = "Payment link invoice"
    _order = "date_maturity, id"

    link_id = fields.Many2one(
        "payment.link", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True)
    currency_id = fields.Many2one(related="link_id.currency_id")
    partner_id = fields.Many2one(related="link_id.partner_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Open item",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('account_id.account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('reconciled', '=', False),"
        " ('amount_residual_currency', '>', 0), ('company_id', '=', company_id),"
        " ('partner_id', '=', partner_id), ('currency_id', '=', currency_id)]",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    date_maturity = fields.Date(related="move_line_id.date_maturity", store=True)
    amount_cap = fields.Monetary(
        string="At most", help="The most that this link takes for it; 0 for all."
    )
    amount_due = fields.Monetary(compute="_compute_amount_due", compute_sudo=True)

    _item_unique = models.Constraint(
        "UNIQUE (link_id, move_line_id)", "An invoice stands once in a payment link."
    )
    _amount_cap_sign = models.Constraint(
        "CHECK (amount_cap >= 0)", "The most to take cannot be below zero."
    )

    @api.depends(
        "amount_cap",
        "move_line_id.amount_residual_currency",
        "move_line_id.parent_state",
    )
    def _compute_amount_due(self):
        taken = self.filtered("amount_cap")._taken()
        for line in self:
            item = line.move_line_id
            due = (
                item.amount_residual_currency if item.parent_state == "posted" else 0.0
            )
            if line.amount_cap:
                due = min(due, line.amount_cap - taken.get(line, 0.0))
            line.amount_due = max(due, 0.0)

    def _taken(self):
        """Return {line: what came through its link for it}, from the ledger."""
        if not self:
            return {}
        partials = self.env["account.partial.reconcile"].search(
            [
                ("debit_move_id", "in", self.move_line_id.ids),
                (
                    "credit_move_id.move_id.origin_payment_id",
                    "in",
                    self.link_id.settlement_ids.payment_id.ids,
                ),
            ]
        )
        taken = {}
        for line in self:
            own = line.link_id.settlement_ids.payment_id.move_id
            taken[line] = sum(
                partial.debit_amount_currency
                for partial in partials
                if partial.debit_move_id == line.move_line_id
                and partial.credit_move_id.move_id in own
            )
        return taken

    @api.constrains("link_id", "move_line_id")
    def _check_item(self):
        """Refuse items of another customer, company or currency, and drafts."""
        for line in self:
            # Whoever may make a link may know why its item does not fit.
            item, link = line.move_line_id.sudo(), line.link_id
            if (
                item.account_id.account_type != "asset_receivable"
                or item.company_id != link.company_id
                or item.partner_id != link.partner_id
                or item.currency_id != link.currency_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(document)s is not owed by %(customer)s to %(company)s in"
                        " %(currency)s, so %(link)s cannot ask for it.",
                        document=item.move_id.name or item.display_name,
                        customer=link.partner_id.display_name,
                        company=link.company_id.display_name,
                        currency=link.currency_id.name,
                        link=link.name,
                    )
                )
            if item.parent_state != "posted":
                raise ValidationError(
                    self.env._(
                        "%(document)s is not posted: only posted invoices are paid"
                        " through a link. Confirm it first.",
                        document=item.move_id.display_name,
                    )
                )

    @api.constrains("move_line_id", "amount_cap")
    def _check_draft_link(self):
        for link in self.link_id:
            if link.state != "draft":
                raise ValidationError(
                    self.env._(
                        "%(link)s may be in its customer's hands already, so what it"
                        " asks for stays as it is. Revoke it and make another one.",
                        link=link.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self._check_draft_link()

    def _check_owed(self):
        """Refuse lines that nothing is owed on.

        :raises UserError: names the first of them.
        """
        for line in self:
            if not line.amount_due:
                raise UserError(
                    self.env._(
                        "Nothing is owed on %(document)s, so a link cannot ask for it.",
                        document=line.move_line_id.sudo().move_id.display_name,
                    )
                )
