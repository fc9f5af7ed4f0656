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

    def _receivables_term_rewards(self):
        """Return {order: grant} of a term that gives more days than the customer's."""
        found = {}
        for order, grant in self._receivables_rewards("term").items():
            customer = order.partner_id.with_company(order.company_id)
            own = customer.property_payment_term_id
            given = grant.payment_term_id
            if given.receivables_net_days > own.receivables_net_days:
                found[order] = grant
        return found

    def _compute_payment_term_id(self):
        result = super()._compute_payment_term_id()
        for order, grant in self._receivables_term_rewards().items():
            order.payment_term_id = grant.payment_term_id
        return result

    def _compute_pricelist_id(self):
        result = super()._compute_pricelist_id()
        drafts = self.filtered(lambda order: order.state == "draft")
        for order, grant in drafts._receivables_rewards("pricelist").items():
            order.pricelist_id = grant.pricelist_id
        return result

    @api.depends("partner_id", "company_id", "payment_term_id", "pricelist_id")
    @api.depends_context("lang")
    def _compute_receivables_reward_note(self):
        self.receivables_reward_note = False
        drafts = self.filtered(lambda order: order.state in ("draft", "sent"))
        used = [
            (order, grant)
            for order, grant in drafts._receivables_term_rewards().items()
            if order.payment_term_id == grant.payment_term_id
        ] + [
            (order, grant)
            for order, grant in drafts._receivables_rewards("pricelist").items()
            if order.pricelist_id == grant.pricelist_id
        ]
        for order, grant in used:
            notes = filter(None, (order.receivables_reward_note, grant.text))
            order.receivables_reward_note = " · ".join(notes)
