from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.states import CREDIT_APPLICATION, move
from .res_partner_receivables import READERS

STATES = [
    ("draft", "Draft"),
    ("review", "Under review"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("expired", "Expired"),
]
OPEN_STATES = ("draft", "review")


class ReceivablesCreditApplication(models.Model):
    """A customer's request for credit, what was found out about it, and the decision.

    States change in `_move` only, along `core.states.CREDIT_APPLICATION`. Approving
    writes limit and policy on the customer and keeps what was there before.
    """

    _name = "receivables.credit.application"
    _description = "Credit application"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Evaluated by",
        domain=[("share", "=", False)],
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
    )
    can_edit = fields.Boolean(compute="_compute_can_edit", compute_sudo=False)
    # With the link anybody sees what was granted, which is not for sales.
    access_token = fields.Char(groups=READERS)
    requested_by_id = fields.Many2one(
        "res.users",
        string="Sent to review by",
        readonly=True,
        copy=False,
        help="Empty: the customer sent it.",
    )
    sent_on = fields.Date(readonly=True, copy=False)

    # === WHAT THE APPLICANT SAYS ===
    legal_name = fields.Char()
    vat = fields.Char(string="RFC")
    contact_name = fields.Char(string="Contact")
    phone = fields.Char()
    email = fields.Char()
    address = fields.Text()
    business = fields.Char(string="Line of business")
    limit_requested = fields.Monetary(string="Credit requested", tracking=True)
    monthly_sales = fields.Monetary(string="Average monthly sales")
    assets = fields.Monetary(string="Total assets")
    liabilities = fields.Monetary(string="Total liabilities")
    guarantee_offer = fields.Text(string="Guarantees offered")
    reference_ids = fields.One2many(
        "receivables.credit.reference",
        "application_id",
        string="Commercial references",
        copy=True,
    )
    document_ids = fields.One2many(
        "receivables.document", "application_id", string="Documents", groups=READERS
    )
    consent_on = fields.Datetime(readonly=True, copy=False)
    consent_by = fields.Char(string="Consent of", readonly=True, copy=False)
    consent_address = fields.Char(
        string="From address", readonly=True, copy=False, groups=READERS
    )
    consent_text = fields.Text(string="Consent", readonly=True, copy=False)
    data_request = fields.Text(
        string="Asked of the customer",
        readonly=True,
        copy=False,
        help="What was missing when it was sent back.",
    )

    # === WHAT WE FOUND OUT ===
    payment_capacity = fields.Monetary(
        groups=READERS,
        help="What the customer can pay in a month, by what you have seen; the limit"
        " formula takes it from here. 0: not known.",
    )
    bureau_provider = fields.Char(string="Credit bureau", groups=READERS, copy=False)
    bureau_score = fields.Integer(string="Score", groups=READERS, copy=False)
    bureau_date = fields.Date(string="Consulted on", groups=READERS, copy=False)
    bureau_verdict = fields.Selection(
        [("good", "Good"), ("bad", "Bad"), ("none", "No history")],
        string="Bureau's result",
        groups=READERS,
        copy=False,
    )
    check_ids = fields.One2many(
        "receivables.credit.check",
        "application_id",
        string="Checklist",
        readonly=False,
        groups=READERS,
    )
    internal_note = fields.Html(
        string="Internal notes", groups=READERS, copy=False, sanitize=True
    )

    # === THE DECISION ===
    policy_id = fields.Many2one(
        "receivables.policy",
        string="Policy to grant",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env.company.sudo().receivables_policy_id.id,
        ondelete="restrict",
        groups=READERS,
    )
    policy_credit = fields.Selection(related="policy_id.credit", groups=READERS)
    limit_approved = fields.Monetary(string="Limit to grant", groups=READERS)
    valid_until = fields.Date(
        groups=READERS,
        copy=False,
        help="After this day the terms from before return by themselves. Empty: it"
        " stays.",
    )
    version_id = fields.Many2one(
        "receivables.policy.version",
        string="Decided under",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=READERS,
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False, tracking=True
    )
    decided_on = fields.Date(readonly=True, copy=False)
    reject_reason = fields.Char(
        string="Reason", readonly=True, copy=False, groups=READERS
    )
    review_on = fields.Date(string="Review on", readonly=True, copy=False)
    review_noted_on = fields.Date(readonly=True, copy=False)
    before_limit = fields.Monetary(
        string="Limit before", readonly=True, copy=False, groups=READERS
    )
    before_policy_id = fields.Many2one(
        "receivables.policy",
        string="Policy before",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups=READERS,
    )
    granted_limit = fields.Monetary(
        string="Limit granted", readonly=True, copy=False, groups=READERS
    )
    decided_recommendation = fields.Text(readonly=True, copy=False, groups=READERS)

    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state IN ('draft', 'review')",
        "This customer already has an open credit application. Go on with that one.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (limit_requested >= 0 AND limit_approved >= 0 AND monthly_sales >= 0"
        " AND assets >= 0 AND liabilities >= 0 AND payment_capacity >= 0)",
        "The amounts of a credit application cannot be below zero.",
    )

    @api.depends("name", "partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for application in self:
            application.display_name = (
                f"{application.name or self.env._('New')}"
                f" · {application.partner_id.name or ''}"
            )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        is_collector = self.env.user.has_group(
            "receivables_automation.group_receivables_user"
        )
        for application in self:
            application.can_edit = application.state == "draft" or (
                application.state == "review" and is_collector
            )

    def _compute_access_url(self):
        """Override of `portal`: the page on which the customer fills it in."""
        for application in self:
            application.access_url = f"/my/credit/{application.id}"

    @api.constrains("partner_id")
    def _check_partner(self):
        for application in self:
            debtor = application.partner_id.commercial_partner_id
            if application.company_id.partner_id == debtor:
                raise ValidationError(
                    self.env._(
                        "%s cannot ask itself for credit. Choose a customer.",
                        debtor.display_name,
                    )
                )

    # === MAKING ===

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        for name, value in self._partner_values(self.partner_id).items():
            self[name] = self[name] or value

    @api.model
    def _partner_values(self, partner):
        """Return what is already known of an applicant."""
        debtor = partner.commercial_partner_id
        contact = debtor.child_ids.filtered(lambda one: one.type == "contact")[:1]
        return {
            "legal_name": debtor.name,
            "vat": debtor.vat,
            "contact_name": contact.name or partner.name,
            "phone": debtor.phone or contact.phone,
            "email": debtor.email or contact.email,
            "address": debtor._display_address(without_company=True).strip(),
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Open applications of the customers' companies, with the policy's checklist.

        :raises UserError: a customer has an open one.
        :raises AccessError: not the user's customer.
        """
        vals_list = [self._own_values(vals) for vals in vals_list]
        applications = super().create(vals_list)
        applications._set_checks()
        return applications

    @api.model
    def _own_values(self, vals):
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        partner._receivables_check_may_act()
        # A salesperson of own customers need not read all of a contact's company.
        debtor = partner.sudo().commercial_partner_id
        company_id = vals.get("company_id") or self.env.company.id
        open_one = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("partner_id", "=", debtor.id),
                ("state", "in", OPEN_STATES),
            ],
            limit=1,
        )
        if debtor and open_one:
            raise UserError(
                self.env._(
                    "%(customer)s already has an open credit application,"
                    " %(application)s. Go on with that one.",
                    customer=debtor.display_name,
                    application=open_one.name,
                )
            )
        known = self._partner_values(partner.sudo())
        collector = debtor.with_company(company_id).receivables_collector_id
        policy = {}
        if company_id != self.env.company.id and "policy_id" not in vals:
            company = self.env["res.company"].sudo().browse(company_id)
            policy["policy_id"] = company.receivables_policy_id.id
        return {
            **policy,
            **{name: value for name, value in known.items() if value},
            "user_id": collector.id,
            **vals,
            "partner_id": debtor.id,
            # Whoever opens one need not have a right to sequences.
            "name": self.env["ir.sequence"]
            .sudo()
            .next_by_code("receivables.credit.application"),
        }

    def _set_checks(self):
        """Give undecided applications the checklist that their policy has today.

        What was ticked under the same words stays ticked.
        """
        # A salesperson opens applications whose checklist is not theirs to read.
        applications = self.sudo()
        versions = applications._versions()
        checks = self.env["receivables.credit.check"].sudo()
        rows, dropped = [], checks
        for application in applications:
            wanted = {
                values["name"]: values
                for values in checks._of_version(versions[application])
            }
            for check in application.check_ids:
                values = wanted.pop(check.name, None)
                if values is None:
                    dropped |= check
                elif any(check[name] != value for name, value in values.items()):
                    check.write(values)
            rows += [
                {"application_id": application.id, **values}
                for values in wanted.values()
            ]
        dropped.unlink()
        checks.create(rows)

    def _version(self):
        """Return the version in force of the policy to grant, or none; expects one."""
        self.ensure_one()
        policy = self.policy_id
        if not policy:
            return self.env["receivables.policy.version"]
        return policy._versions_on(self.company_id._receivables_today())[policy]

    def _move(self, state, **values):
        """Return those whose state changes, with ``values``; a repeat does nothing.

        :raises core.states.ForbiddenMove: not from the state that one is in.
        """
        moving = self.filtered(
            lambda application: move(CREDIT_APPLICATION, application.state, state)
        )
        # The one door: nobody else may write a state.
        moving.sudo().write({"state": state} | values)
        return moving
