from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .res_partner_receivables import COMPARE, DEBT_READERS, READERS

STATES = [("ok", "In order"), ("warning", "Warning"), ("hold", "On hold")]
PARTS = ("overdue", "not_due", "orders", "drafts", "unapplied", "guarantees")


class ResPartner(models.Model):
    _inherit = "res.partner"

    receivables_credit_state = fields.Selection(
        STATES,
        string="Credit",
        compute="_compute_receivables_credit",
        search="_search_receivables_credit_state",
        compute_sudo=False,
        groups=DEBT_READERS,
    )
    receivables_credit_reason = fields.Text(
        string="Why",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=DEBT_READERS,
    )
    receivables_exposure = fields.Monetary(
        string="Exposure",
        compute="_compute_receivables_credit",
        search="_search_receivables_exposure",
        compute_sudo=False,
        groups=READERS,
        help="Open items, orders not invoiced and, if chosen, drafts; less guarantees"
        " and credit not applied.",
    )
    receivables_available_credit = fields.Monetary(
        string="Available credit",
        compute="_compute_receivables_credit",
        search="_search_receivables_available_credit",
        compute_sudo=False,
        groups=READERS,
        help="Limit less exposure; 0 while there is no limit.",
    )
    receivables_has_limit = fields.Boolean(
        compute="_compute_receivables_credit", compute_sudo=False, groups=READERS
    )
    receivables_limit = fields.Monetary(
        string="Limit in force",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_policy_version_id = fields.Many2one(
        "receivables.policy.version",
        string="Policy in force",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_exposure_overdue = fields.Monetary(
        string="Overdue items",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_exposure_not_due = fields.Monetary(
        string="Items not due",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_exposure_orders = fields.Monetary(
        string="Orders not invoiced",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_exposure_drafts = fields.Monetary(
        string="Draft invoices",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_exposure_unapplied = fields.Monetary(
        string="Unapplied credit",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_exposure_guarantees = fields.Monetary(
        string="Usable guarantees",
        compute="_compute_receivables_credit",
        compute_sudo=False,
        groups=READERS,
    )
    receivables_document_ids = fields.One2many(
        "receivables.document", "partner_id", string="Documents", groups=READERS
    )
    receivables_acknowledgment_ids = fields.One2many(
        "receivables.policy.acknowledgment",
        "partner_id",
        string="Terms acknowledged",
        groups=READERS,
    )
    receivables_portal = fields.Char(
        string="Supplier portal",
        company_dependent=True,
        groups=READERS,
        help="Where invoices have to be uploaded.",
    )
    receivables_cutoff = fields.Char(
        string="Cut-off for invoices",
        company_dependent=True,
        groups=READERS,
        help="Until when invoices are received, for example: Mondays before noon.",
    )
    receivables_payment_days = fields.Char(
        string="Payment days",
        company_dependent=True,
        groups=READERS,
        help="On which days the customer pays, for example: Fridays.",
    )

    @api.constrains("credit_limit")
    def _check_credit_limit(self):
        for partner in self:
            # Whoever could set the limit may be told what is wrong with it.
            if partner.sudo().credit_limit < 0:
                raise ValidationError(
                    self.env._(
                        "The credit limit of %(customer)s cannot be %(limit)s. Use 0"
                        " for no limit, or a cash-only policy for no credit.",
                        customer=partner.display_name,
                        limit=partner.sudo().credit_limit,
                    )
                )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_receivables_credit(self):
        company = self.env.company
        credit = self.env["receivables.credit"]
        debtors = self.commercial_partner_id.filtered(lambda one: one.ids)
        assessments = credit._assess(company, debtors)
        is_reader = self.env.user.has_groups(READERS)
        visible = set(debtors.ids)
        if not is_reader and not self.env.su:
            # A salesperson is told of own customers.
            visible = {one.id for one in debtors if one.user_id == self.env.user}
        for partner in self:
            debtor_id = partner.commercial_partner_id._origin.id
            assessment = assessments.get(debtor_id) if debtor_id in visible else None
            partner._set_receivables_credit(credit, assessment, is_reader)

    def _set_receivables_credit(self, credit, assessment, has_amounts):
        exposure = assessment and assessment.exposure
        situation = assessment and assessment.situation
        limit = situation and situation.limit
        self.receivables_credit_state = assessment.state if assessment else False
        self.receivables_credit_reason = self._receivables_reason(
            credit, assessment, has_amounts
        )
        self.receivables_exposure = exposure.total if exposure else 0
        self.receivables_has_limit = limit is not None
        self.receivables_limit = limit or 0
        self.receivables_available_credit = (
            limit - exposure.total if limit is not None else 0
        )
        self.receivables_policy_version_id = (
            assessment.version.sudo(False) if assessment else False
        )
        for part in PARTS:
            amount = getattr(exposure, part) if exposure else 0
            self[f"receivables_exposure_{part}"] = amount

    @api.model
    def _receivables_reason(self, credit, assessment, has_amounts):
        if not assessment:
            return False
        findings = assessment.findings()
        texts = [
            credit._finding_text(one, assessment, assessment.situation, has_amounts)
            for one in findings
            if one.holds
        ]
        if has_amounts:
            texts += [credit._unknown_text(one) for one in findings if not one.is_known]
        return "\n".join(texts) or False

    # === SEARCH ===

    def _search_receivables_assessed(self, sign, value, figure, of_others):
        """Return the partners whose ``figure`` meets a condition in this company.

        :param figure: function of an assessment.
        :param of_others: what most partners have; those without it are named then.
        """
        if sign not in COMPARE:
            return NotImplemented
        company = self.env.company
        # Whoever searches sees only the partners that the rules let through.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        debtors = partners.search(
            # As core says who is a commercial partner.
            ["|", ("is_company", "=", True), ("parent_id", "=", False)]
        )
        credit = self.env["receivables.credit"]
        assessments = credit._assess(company, debtors.sudo(False))
        compare = COMPARE[sign]
        if sign == "in":
            value = set(value)
        met = {
            partner_id: compare(figure(assessment), value)
            for partner_id, assessment in assessments.items()
        }
        if compare(of_others, value):
            unmet = [partner_id for partner_id, is_met in met.items() if not is_met]
            domain = Domain("commercial_partner_id", "not in", unmet)
        else:
            wanted = [partner_id for partner_id, is_met in met.items() if is_met]
            domain = Domain("commercial_partner_id", "in", wanted)
        if not self.env.user.has_groups(READERS) and not self.env.su:
            domain &= Domain("commercial_partner_id.user_id", "=", self.env.uid)
        return domain

    def _search_receivables_credit_state(self, operator, value):
        return self._search_receivables_assessed(
            operator, value, lambda one: one.state, "ok"
        )

    def _search_receivables_exposure(self, operator, value):
        return self._search_receivables_assessed(
            operator, value, lambda one: float(one.exposure.total), 0.0
        )

    def _search_receivables_available_credit(self, operator, value):
        def available(one):
            limit = one.situation.limit
            return 0.0 if limit is None else float(limit - one.exposure.total)

        return self._search_receivables_assessed(operator, value, available, 0.0)
