from datetime import date
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..core.credit_limit import INPUTS, FormulaError, inputs_of
from ..core.credit_rules import Terms

CREDIT = [
    ("limit", "Up to the limit"),
    ("cash_only", "Cash only"),
    ("unlimited", "Without limit"),
]
INSTRUCTIONS = (
    "requires_purchase_order",
    "requires_payable_contact",
    "requires_portal",
    "requires_cutoff",
    "requires_payment_days",
)
# What a version in force may still be told; only its own methods do.
OWN_STATE = {"state", "number", "date_from", "policy_id"}


def text_hash(text):
    """Return the SHA-256 that tells one public text from another."""
    return sha256(text.encode()).hexdigest()


class ReceivablesPolicyVersion(models.Model):
    """What a credit policy says from a day on. Once in force it is not changed."""

    _name = "receivables.policy.version"
    _description = "Version of a credit policy"
    _order = "policy_id, number DESC, id DESC"

    policy_id = fields.Many2one(
        "receivables.policy",
        readonly=True,
        index=True,
        ondelete="cascade",
        copy=False,
    )
    number = fields.Integer(string="Version", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("withdrawn", "Withdrawn")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    date_from = fields.Date(
        string="In force from",
        copy=False,
        help="Documents of this day and later follow this version. Empty: today; for"
        " the first version, from the start.",
    )
    note_of_change = fields.Char(string="Why it changes", copy=False)

    # === CREDIT ===
    credit = fields.Selection(
        CREDIT,
        required=True,
        default="limit",
        help="Up to the limit: the customer's credit limit; one of 0 means no limit,"
        " as everywhere in Odoo. Cash only: no credit at all, whatever the limit says.",
    )
    limit_formula = fields.Char(
        help="Recommends a limit, for example: min(average_monthly_credit_sales * 2 *"
        " on_time_ratio, payment_capacity) + guarantees",
    )
    tolerance_days = fields.Integer(
        help="Days after the due date before an item counts as old.",
    )
    review_months = fields.Integer(
        string="Review every (months)", help="0: no periodic review."
    )
    rule_ids = fields.One2many(
        "receivables.policy.rule",
        "version_id",
        string="Rules",
        copy=True,
        default=lambda self: self._default_rule_ids(),
    )

    # === DOCUMENTS AND INSTRUCTIONS ===
    document_type_ids = fields.Many2many(
        "receivables.document.type",
        string="Required documents",
        help="Each customer has to hand them in; an expired one counts as missing.",
    )
    requires_purchase_order = fields.Boolean(
        string="Purchase-order number",
        help="Customer's reference on the order and on the invoice.",
    )
    requires_payable_contact = fields.Boolean(string="Accounts-payable contact")
    requires_portal = fields.Boolean(string="Supplier portal")
    requires_cutoff = fields.Boolean(string="Cut-off for invoices")
    requires_payment_days = fields.Boolean(string="Payment days")

    # === COLLECTION ===
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment term",
        ondelete="restrict",
        help="For invoices without a due date, of customers without a term.",
    )
    early_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Early-payment term",
        ondelete="restrict",
        domain="[('early_discount', '=', True)]",
        help="With a discount for paying early.",
    )
    moratory_rate = fields.Float(
        string="Moratory interest (% a year)",
        digits=(16, 4),
        help="Agreed rate. 0: the legal 6 % a year.",
    )
    public_text = fields.Text(
        translate=True,
        help="For the customer: on invoices, in the portal and in the first message.",
    )

    _number_unique = models.UniqueIndex(
        "(policy_id, number) WHERE state != 'draft'",
        "This policy already has a version with this number.",
    )
    _range = models.Constraint(
        "CHECK (tolerance_days >= 0 AND review_months >= 0 AND moratory_rate >= 0)",
        "Tolerance, review period and moratory rate cannot be below zero.",
    )

    @api.model
    def _default_rule_ids(self):
        """Return what a new policy starts with: no document over the limit."""
        return [
            Command.create(
                {"kind": "over_limit", "on_order": "block", "on_invoice": "block"}
            )
        ]

    @api.depends("policy_id.name", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(policy)s, version %(number)s",
                policy=version.policy_id.name or "",
                number=version.number or self.env._("in preparation"),
            )

    @api.constrains("limit_formula")
    def _check_limit_formula(self):
        for version in self.filtered("limit_formula"):
            try:
                inputs_of(version.limit_formula)
            except FormulaError as error:
                raise ValidationError(version._formula_problem(error)) from error

    @api.constrains("payment_term_id", "early_payment_term_id", "policy_id")
    def _check_term_company(self):
        for version in self.filtered("policy_id"):
            company = version.policy_id.company_id
            for term in version.payment_term_id | version.early_payment_term_id:
                if term.company_id and term.company_id != company:
                    raise ValidationError(
                        self.env._(
                            "Payment term %(term)s belongs to %(other)s; policy"
                            " %(policy)s is of %(company)s. Choose one of its terms.",
                            term=term.name,
                            other=term.company_id.name,
                            policy=version.policy_id.name,
                            company=company.name,
                        )
                    )

    def _formula_problem(self, error):
        """Return what is wrong with a formula, in words; expects one version."""
        part = error.part
        known = ", ".join(INPUTS)
        problems = {
            "unknown_input": self.env._(
                "The limit formula names “%(part)s”, which is no input. Use one of:"
                " %(known)s.",
                part=part,
                known=known,
            ),
            "missing_input": self.env._(
                "No limit can be recommended: “%(part)s” has no value for this"
                " customer yet.",
                part=part,
            ),
            "zero_division": self.env._(
                "No limit can be recommended: the formula divides by “%(part)s”, which"
                " is 0.",
                part=part,
            ),
            "too_long": self.env._(
                "The limit formula is too long. Write it in 500 characters or less."
            ),
            "too_large": self.env._(
                "The limit formula gives a figure that is too large at “%(part)s”.",
                part=part,
            ),
        }
        usual = self.env._(
            "The limit formula cannot be read at “%(part)s”. Use + − * / ( ), min, max,"
            " numbers and these inputs: %(known)s.",
            part=part,
            known=known,
        )
        return problems.get(error.problem, usual)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a version begins as a draft, whoever makes it."""
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" or vals.get("number"):
                self._refuse_state()
        return super().create(vals_list)

    @api.model
    def _refuse_state(self):
        raise UserError(
            self.env._(
                "The state of a version is changed by its buttons: put it in force or"
                " withdraw it."
            )
        )

    def write(self, vals):
        """Override: only a draft is changed; a version in force is replaced.

        State, number and policy are written by this model's own methods alone, as
        superuser: no user's call reaches them.
        """
        own = OWN_STATE & set(vals)
        if self.env.su and own == set(vals):
            return super().write(vals)
        if own - {"date_from"}:
            self._refuse_state()
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def _check_draft(self):
        """Refuse to touch versions that decisions may already name."""
        for version in self:
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "%(version)s is not a draft any more and documents may name it."
                        " Prepare a change of the policy instead.",
                        version=version.display_name,
                    )
                )

    def _belong_to(self, policy):
        """Make this draft the first version of ``policy``; expects one version."""
        self.sudo().write({"policy_id": policy.id})
        self._put_in_force()

    def _delete_with_policy(self):
        """Delete versions whose policy is deleted."""
        left = self.exists()
        left.sudo().write({"state": "draft"})
        left.unlink()

    def _starts(self):
        """Return the first day of this version, the earliest date if it has none."""
        self.ensure_one()
        return self.date_from or date.min

    def _acknowledgment_of(self, partner):
        """Return what a customer has acknowledged of this version, in any language."""
        # Whoever may read the document may know that its terms were read.
        found = self.env["receivables.policy.acknowledgment"].sudo()
        debtor = partner.commercial_partner_id
        return found.search(
            [("version_id", "=", self.id), ("partner_id", "=", debtor.id)], limit=1
        )

    def _acknowledge(self, partner, name, user=None, address=None, text=None):
        """Keep that ``partner`` has read the public text; once per version.

        :param name: who says so.
        :param text: what was shown, kept with its SHA-256; by default the text in the
            customer's language.
        """
        self.ensure_one()
        debtor = partner.commercial_partner_id
        if found := self._acknowledgment_of(debtor):
            return found
        text = text or self.with_context(lang=debtor.lang).public_text or ""
        # Nobody has the right to write a proof beside this method.
        return (
            self.env["receivables.policy.acknowledgment"]
            .sudo()
            .create(
                {
                    "partner_id": debtor.id,
                    "version_id": self.id,
                    "name": name or debtor.name,
                    "user_id": user.id if user else False,
                    "date": self.policy_id.company_id._receivables_now(),
                    "address": address or False,
                    "public_text": text,
                    "text_hash": text_hash(text),
                }
            )
        )

    def _terms(self):
        """Return the pure rules of this version; expects one or none (None)."""
        if not self:
            return None
        self.ensure_one()
        rules = tuple(rule._rule() for rule in self.rule_ids)
        return Terms(self.credit, self.tolerance_days, rules)

    # === ACTIONS ===

    def action_open(self):
        """Return the form of this version; expects one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_review_effect(self):
        """Return who changes state with this draft today; expects one version.

        Nothing is in force before it is confirmed there.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        effect = self.env["receivables.policy.effect"].create({"version_id": self.id})
        return effect._action_open()

    def action_discard(self):
        """Delete this draft and return to its policy; expects one version."""
        self.ensure_one()
        policy = self.policy_id
        self.unlink()
        return {
            "type": "ir.actions.act_window",
            "res_model": "receivables.policy",
            "res_id": policy.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
