import operator

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

READERS = (
    "receivables_automation.group_receivables_user,"
    "receivables_automation.group_receivables_auditor"
)
DEBT_READERS = f"{READERS},sales_team.group_sale_salesman"
COMPARE = {
    "in": lambda one, values: one in values,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ResPartner(models.Model):
    """What the company in use keeps about a debtor: always of its commercial partner.

    Contacts of a company show their company's; they hold nothing of their own.
    """

    _inherit = "res.partner"

    receivables_profile_id = fields.Many2one(
        "receivables.profile",
        string="Debtor's profile",
        compute="_compute_receivables_profile",
        search="_search_receivables_profile_id",
        compute_sudo=False,
        groups=DEBT_READERS,
    )
    receivables_segment_id = fields.Many2one(
        "receivables.segment",
        string="Segment",
        compute="_compute_receivables_profile",
        search="_search_receivables_segment_id",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_open_amount = fields.Monetary(
        string="Owed",
        compute="_compute_receivables_profile",
        search="_search_receivables_open_amount",
        compute_sudo=False,
        groups=DEBT_READERS,
    )
    receivables_overdue_amount = fields.Monetary(
        string="Overdue",
        compute="_compute_receivables_profile",
        search="_search_receivables_overdue_amount",
        compute_sudo=False,
        groups=DEBT_READERS,
    )
    receivables_policy_id = fields.Many2one(
        "receivables.policy",
        string="Credit policy",
        company_dependent=True,
        ondelete="restrict",
        groups=READERS,
        help="Empty: the company's usual policy.",
    )
    receivables_collector_id = fields.Many2one(
        "res.users", string="Collector", company_dependent=True, groups=READERS
    )
    receivables_contact_id = fields.Many2one(
        "res.partner",
        string="Accounts-payable contact",
        company_dependent=True,
        groups=READERS,
        help="Who is asked for payment. Empty: the invoice address, else the customer.",
    )
    receivables_pause_until = fields.Date(
        string="Collection paused until",
        company_dependent=True,
        groups=READERS,
        help="Up to and including this day nobody is reminded; it returns by itself.",
    )

    @api.constrains("receivables_policy_id")
    def _check_receivables_policy(self):
        company = self.env.company
        # Whoever could choose the policy may be told what is wrong with it.
        for partner in self.sudo():
            policy = partner.receivables_policy_id
            if policy and policy.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The policy %(policy)s is of %(other)s and says nothing about"
                        " what %(customer)s owes %(company)s. Choose a policy of"
                        " %(company)s.",
                        policy=policy.name,
                        other=policy.company_id.name,
                        customer=partner.display_name,
                        company=company.sudo().name,
                    )
                )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid", "allowed_company_ids")
    def _compute_receivables_profile(self):
        profiles = {
            profile.partner_id.id: profile
            for profile in self.env["receivables.profile"].search_fetch(
                [
                    ("company_id", "=", self.env.company.id),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                ],
                ["partner_id", "segment_id", "open_amount", "overdue_amount"],
            )
        }
        none = self.env["receivables.profile"]
        for partner in self:
            profile = profiles.get(partner.commercial_partner_id.id, none)
            partner.receivables_profile_id = profile
            partner.receivables_segment_id = profile.segment_id
            partner.receivables_open_amount = profile.open_amount
            partner.receivables_overdue_amount = profile.overdue_amount

    def _search_by_profile(self, field, sign, value, empty):
        """Return the partners whose profile in the current company meets a condition.

        :param empty: what a partner without a profile counts as, 0 or False.
        """
        if sign in ("not in", "not any", "not like", "not ilike"):
            # The ORM asks for the opposite and turns it round.
            return NotImplemented
        condition = Domain(field, sign, value)
        is_met_by_none = COMPARE[sign](empty, value) if sign in COMPARE else False
        own = Domain("company_id", "=", self.env.company.id)
        wanted = own & (~condition if is_met_by_none else condition)
        debtors = self.env["receivables.profile"].search(wanted).partner_id
        domain = Domain("commercial_partner_id", "in", debtors.ids)
        return ~domain if is_met_by_none else domain

    def _search_receivables_profile_id(self, operator, value):
        return self._search_by_profile("id", operator, value, False)

    def _search_receivables_segment_id(self, operator, value):
        return self._search_by_profile("segment_id", operator, value, False)

    def _search_receivables_open_amount(self, operator, value):
        return self._search_by_profile("open_amount", operator, value, 0)

    def _search_receivables_overdue_amount(self, operator, value):
        return self._search_by_profile("overdue_amount", operator, value, 0)

    def write(self, vals):
        """Override of `base` to keep the profiles' collector in step."""
        result = super().write(vals)
        if "receivables_collector_id" in vals:
            # The profile is a copy for searching; its partner was writable.
            profiles = self.env["receivables.profile"].sudo()
            profiles.search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("partner_id", "in", self.ids),
                ]
            ).collector_id = vals["receivables_collector_id"]
        return result

    def _receivables_policy(self, company):
        """Return the policy of this customer in ``company``: its own, else the usual.

        Empty where there is none. Expects one customer.
        """
        self.ensure_one()
        # Documents of any user follow the policy; its text is not shown by this.
        debtor = self.commercial_partner_id.sudo().with_company(company)
        return self._receivables_own_or_usual(debtor.receivables_policy_id, company)

    @api.model
    def _receivables_own_or_usual(self, policy, company):
        """Return a customer's ``policy`` while it is in force, else the usual one."""
        if policy.active and policy.company_id == company:
            return policy
        return company.sudo().receivables_policy_id

    def action_receivables_profile(self):
        """Return the debtor's sheet of this contact's company; expects one contact."""
        self.ensure_one()
        profile = self.receivables_profile_id
        if not profile:
            profile = self.env["receivables.profile"]
            profile.check_access("read")
            profile = profile._ensure_rows(self.env.company, self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_profile_action"
        )
        return action | {
            "views": [(False, "form")],
            "view_mode": "form",
            "res_id": profile.id,
        }
