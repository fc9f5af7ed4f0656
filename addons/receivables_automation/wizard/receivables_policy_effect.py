from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..core.credit_rules import STATES, acting, worst


class ReceivablesPolicyEffect(models.TransientModel):
    """Who would change state if a draft version were in force today."""

    _name = "receivables.policy.effect"
    _description = "Effect of a change of policy"

    version_id = fields.Many2one(
        "receivables.policy.version", required=True, readonly=True, ondelete="cascade"
    )
    policy_id = fields.Many2one(related="version_id.policy_id")
    date_from = fields.Date(string="In force from", compute="_compute_date_from")
    currency_id = fields.Many2one(related="policy_id.company_id.currency_id")
    line_ids = fields.One2many(
        "receivables.policy.effect.line", "effect_id", readonly=True
    )
    is_empty = fields.Boolean(compute="_compute_is_empty")

    @api.depends("version_id.date_from")
    def _compute_date_from(self):
        for effect in self:
            today = effect.policy_id.company_id._receivables_today()
            effect.date_from = effect.version_id.date_from or today

    @api.depends("line_ids")
    def _compute_is_empty(self):
        for effect in self:
            effect.is_empty = not effect.line_ids

    @api.model_create_multi
    def create(self, vals_list):
        """Override to compute the effect at once."""
        effects = super().create(vals_list)
        for effect in effects:
            effect.line_ids = [Command.create(values) for values in effect._changes()]
        return effects

    def _changes(self):
        """Return the values of a line for each debtor and document that changes."""
        self.ensure_one()
        policy = self.policy_id
        company = policy.company_id
        credit = self.env["receivables.credit"]
        # Everybody's debts are looked at by whoever may change the policy.
        orders = self.env["sale.order"].sudo()
        orders = orders.search(
            orders.with_company(company)._receivables_open_domain()
            & Domain("company_id", "=", company.id)
        )._receivables_is_stoppable()
        partners = self._partners(company, orders)
        now = credit._assess(company, partners)
        # A draft holds for nobody but the debtors of its policy.
        then = {
            partner_id: after
            for partner_id, after in credit._assess(
                company, partners, {policy: self.version_id}
            ).items()
            if after.version == self.version_id
        }
        return [
            *self._debtor_changes(now, then),
            *self._order_changes(company, orders, now, then),
        ]

    def _partners(self, company, orders):
        """Return whoever owes something, bought something or has this policy."""
        partners = self.env["res.partner"].sudo().with_company(company)
        own = partners.search([("receivables_policy_id", "=", self.policy_id.id)])
        exposed = partners.browse(self.env["receivables.credit"]._exposures(company))
        asking = partners.union(*(one._receivables_debtor() for one in orders))
        return (own.commercial_partner_id | exposed | asking).exists()

    @api.model
    def _debtor_changes(self, now, then):
        for partner_id, after in then.items():
            before = now[partner_id]
            if before.state != after.state:
                yield self._line(
                    "debtor",
                    partner_id,
                    before.exposure.total,
                    (before.state, after.state),
                    self._reasons(after, after.situation, after.findings()),
                )

    @api.model
    def _order_changes(self, company, orders, now, then):
        amounts = orders._receivables_amounts()
        releases = orders._receivables_releases()
        left = self.env["receivables.credit"]._order_amounts(company)
        for order in orders:
            partner_id = order._receivables_debtor().id
            if partner_id not in then:
                continue
            kind, stage = "quotation", "order"
            amount, extra = amounts[order.id]
            if order.state == "sale":
                kind, stage = "order", "invoice"
                _partner, amount = left.get(order.id, (None, 0))
                if company.currency_id.is_zero(float(amount)):
                    continue
            states, found = [], []
            for one in (now[partner_id], then[partner_id]):
                lacking = order._receivables_lacking(one.version)
                found = orders._receivables_unreleased(
                    acting(one.findings(extra, lacking), stage),
                    releases.get(order.id, ()),
                )
                effects = [getattr(each.rule, f"on_{stage}") for each in found]
                states.append(STATES[worst(effects)])
                situation = one.before(extra, lacking)
            if states[0] != states[1]:
                reasons = self._reasons(one, situation, found)
                line = self._line(kind, partner_id, amount, states, reasons)
                yield line | {"order_id": order.id}

    @api.model
    def _line(self, kind, partner_id, amount, states, reasons):
        return {
            "kind": kind,
            "partner_id": partner_id,
            "amount": float(amount),
            "state_before": states[0],
            "state_after": states[1],
            "reasons": reasons,
        }

    @api.model
    def _reasons(self, after, situation, findings):
        credit = self.env["receivables.credit"]
        texts = [
            credit._finding_text(finding, after, situation, True)
            for finding in findings
            if finding.holds
        ]
        return "\n".join(texts) or self.env._("Nothing stops it any more.")

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Effect of the change"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_confirm(self):
        """Put the version in force from its day on; expects one dialog."""
        self.ensure_one()
        self.version_id.check_access("write")
        policy = self.policy_id
        self.version_id._put_in_force()
        return {
            "type": "ir.actions.act_window",
            "res_model": "receivables.policy",
            "res_id": policy.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
