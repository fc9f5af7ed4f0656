from decimal import Decimal

from odoo import api, fields, models

from ..core.credit_application import references_figure
from ..core.credit_limit import FormulaError, compute
from .res_partner_receivables import READERS


class ReceivablesCreditApplication(models.Model):
    """The limit that the policy's formula recommends to an applicant."""

    _inherit = "receivables.credit.application"

    recommended_limit = fields.Monetary(
        compute="_compute_recommendation", compute_sudo=False, groups=READERS
    )
    recommendation = fields.Text(
        string="How it is computed",
        compute="_compute_recommendation",
        compute_sudo=False,
        groups=READERS,
    )
    guarantee_ids = fields.Many2many(
        "receivables.guarantee",
        string="Guarantees",
        compute="_compute_guarantee_ids",
        compute_sudo=False,
        groups=READERS,
    )
    lacking_documents = fields.Char(
        string="Documents missing",
        compute="_compute_lacking_documents",
        compute_sudo=False,
        groups=READERS,
    )

    @api.depends("partner_id", "company_id")
    def _compute_guarantee_ids(self):
        found = self.env["receivables.guarantee"].search(
            [
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        for application in self:
            application.guarantee_ids = found.filtered(
                lambda one, own=application: (
                    one.partner_id.commercial_partner_id == own.partner_id
                    and one.company_id == own.company_id
                )
            )

    @api.depends("partner_id", "company_id", "policy_id", "document_ids.verdict")
    def _compute_lacking_documents(self):
        versions = self._versions()
        for company, applications in self.grouped("company_id").items():
            lacking = self.env["receivables.credit"]._lacking_documents(
                company, {one.partner_id: versions[one] for one in applications}
            )
            for application in applications:
                application.lacking_documents = ", ".join(
                    lacking.get(application.partner_id.id, ())
                )

    @api.depends(
        "state",
        "policy_id",
        "partner_id",
        "company_id",
        "payment_capacity",
        "reference_ids.verdict",
        "reference_ids.amount",
    )
    @api.depends_context("lang")
    def _compute_recommendation(self):
        decided = self.filtered("decided_recommendation")
        for application in decided:
            application.recommended_limit = application.granted_limit
            application.recommendation = application.decided_recommendation
        versions = self._versions()
        for company, applications in (self - decided).grouped("company_id").items():
            partners = applications.partner_id.commercial_partner_id
            known = partners._receivables_limit_inputs(company) if partners else {}
            for application in applications:
                debtor = application.partner_id.commercial_partner_id
                values = known.get(debtor._origin.id, {})
                limit, text = application._recommend(
                    versions[application], values | application._own_inputs()
                )
                application.recommended_limit = limit
                application.recommendation = text

    def _versions(self):
        """Return {application: version in force of its policy}; two queries at most."""
        none = self.env["receivables.policy.version"]
        in_force = {}
        for company, applications in self.grouped("company_id").items():
            policies = applications.policy_id
            if policies:
                in_force |= policies._versions_on(company._receivables_today())
        return {one: in_force.get(one.policy_id, none) for one in self}

    def _own_inputs(self):
        """Return {input: Decimal or None} that this application brings; expects one."""
        self.ensure_one()
        exact = self.currency_id._receivables_exact
        capacity = exact(self.payment_capacity)
        return {
            "payment_capacity": capacity or None,
            "references": references_figure(
                (one.verdict, exact(one.amount)) for one in self.reference_ids
            ),
        }

    @api.model
    def _known_inputs(self, company, partners):
        """Return {customer id: {input: Decimal}}, the latest that is known of each.

        Of what is decided or under review: a draft is not looked at yet. A constant
        number of queries.
        """
        # Figures of a formula; who may see its result is asked where it is shown.
        applications = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("state", "in", ("review", "approved")),
            ],
            order="id",
        )
        known = {}
        for application in applications:
            known.setdefault(application.partner_id.id, {}).update(
                (name, value)
                for name, value in application._own_inputs().items()
                if value is not None
            )
        return known

    def _recommend(self, version, values):
        """Return (limit, its arithmetic) or (0, why there is none); expects one."""
        self.ensure_one()
        if not version:
            return 0, self.env._("Choose the policy to grant.")
        if version.credit != "limit":
            return 0, self.env._("The policy gives no limit: there is none to compute.")
        if not version.limit_formula:
            return 0, self.env._(
                "Policy %s has no limit formula. Write one in it, or set the limit by"
                " hand.",
                version.policy_id.name,
            )
        labels = dict(self.env["res.partner"]._receivables_input_labels())
        try:
            calculation = compute(version.limit_formula, values, labels)
        except FormulaError as error:
            error.part = labels.get(error.part, error.part)
            return 0, version._formula_problem(error)
        limit = self.currency_id.round(float(max(calculation.value, Decimal(0))))
        return limit, "\n".join(calculation.lines)

    def action_use_recommended(self):
        """Take the recommended limit as the one to grant; expects one application."""
        self.ensure_one()
        self.limit_approved = self.recommended_limit
        return True

    def action_open_guarantees(self):
        """Return the list in which the customer's guarantees are kept; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_guarantee_action"
        )
        return action | {
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
