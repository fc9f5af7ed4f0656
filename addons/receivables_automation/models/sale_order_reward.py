from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    receivables_reward_note = fields.Char(
        string="Reward for paying on time", compute="_compute_receivables_reward_note"
    )

    def _receivables_rewards(self, kind):
        """Return {order: grant of ``kind`` in force}, of orders that have one."""
        found = {}
        for company, orders in self.grouped("company_id").items():
            if not company or not orders.partner_id:
                continue
            grants = self.env["receivables.reward.grant"]._in_force(
                company, orders.partner_id, kind
            )
            for order in orders:
                if grant := grants.get(order.partner_id.commercial_partner_id.id):
                    found[order] = grant
        return found

    def _compute_payment_term_id(self):
        result = super()._compute_payment_term_id()
        for order, grant in self._receivables_rewards("term").items():
            order.payment_term_id = grant.reward_id.payment_term_id
        return result

    def _compute_pricelist_id(self):
        result = super()._compute_pricelist_id()
        drafts = self.filtered(lambda order: order.state == "draft")
        for order, grant in drafts._receivables_rewards("pricelist").items():
            order.pricelist_id = grant.reward_id.pricelist_id
        return result

    @api.depends("partner_id", "company_id", "payment_term_id", "pricelist_id")
    @api.depends_context("lang")
    def _compute_receivables_reward_note(self):
        self.receivables_reward_note = False
        drafts = self.filtered(lambda order: order.state in ("draft", "sent"))
        for kind in ("term", "pricelist"):
            for order, grant in drafts._receivables_rewards(kind).items():
                reward = grant.reward_id
                is_used = (
                    order.payment_term_id == reward.payment_term_id
                    if kind == "term"
                    else order.pricelist_id == reward.pricelist_id
                )
                if is_used:
                    notes = filter(None, (order.receivables_reward_note, grant.text))
                    order.receivables_reward_note = " · ".join(notes)
