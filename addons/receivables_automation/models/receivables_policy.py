from odoo import fields, models


class ReceivablesPolicy(models.Model):
    """The terms on which a company gives credit to a group of customers."""

    _name = "receivables.policy"
    _description = "Credit policy"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment term",
        check_company=True,
        help="For invoices without a due date, of customers without a term.",
    )
    note = fields.Text(string="Notes", help="For your colleagues.")
    partner_count = fields.Integer(
        string="Customers", compute="_compute_partner_count", compute_sudo=False
    )

    _name_company_unique = models.UniqueIndex(
        "(company_id, name) WHERE active", "There is already a policy with this name."
    )

    def _compute_partner_count(self):
        for company, policies in self.grouped("company_id").items():
            counts = dict(
                self.env["res.partner"]
                .with_company(company)
                ._read_group(
                    [("receivables_policy_id", "in", policies.ids)],
                    ["receivables_policy_id"],
                    ["__count"],
                )
            )
            for policy in policies:
                policy.partner_count = counts.get(policy, 0)

    def action_open_partners(self):
        """Return the customers that have this policy; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.res_partner_action_customer"
        )
        return action | {
            "domain": [("receivables_policy_id", "=", self.id)],
            "display_name": self.name,
        }
