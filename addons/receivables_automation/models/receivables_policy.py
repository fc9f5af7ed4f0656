from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Contacts of a company follow its policy and are not counted beside it.
DEBTORS = Domain("is_company", "=", True) | Domain("parent_id", "=", False)


class ReceivablesPolicy(models.Model):
    """The terms on which a company gives credit to a group of customers.

    What it says is in its versions; its own fields show the version in force. A change
    makes a new version, so that decisions and documents can name the one they followed.
    """

    _name = "receivables.policy"
    _description = "Credit policy"
    _inherits = {"receivables.policy.version": "version_id"}
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)
    note = fields.Text(string="Notes", help="For your colleagues.")
    version_id = fields.Many2one(
        "receivables.policy.version",
        string="Version in force",
        required=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    version_ids = fields.One2many(
        "receivables.policy.version", "policy_id", string="Versions"
    )
    draft_version_id = fields.Many2one(
        "receivables.policy.version",
        string="Change being prepared",
        compute="_compute_draft_version_id",
    )
    is_usual = fields.Boolean(
        string="Usual",
        compute="_compute_is_usual",
        search="_search_is_usual",
        help="Holds for whoever has no policy of its own, too.",
    )
    partner_count = fields.Integer(
        string="Customers", compute="_compute_partner_count", compute_sudo=False
    )

    _name_company_unique = models.UniqueIndex(
        "(company_id, name) WHERE active", "There is already a policy with this name."
    )

    @api.depends("version_ids.state")
    def _compute_draft_version_id(self):
        for policy in self:
            drafts = policy.version_ids.filtered(lambda one: one.state == "draft")
            policy.draft_version_id = drafts[:1]

    @api.depends("active", "company_id.receivables_policy_id")
    def _compute_is_usual(self):
        for policy in self:
            # A company's choice is no secret of its settings.
            usual = policy.company_id.sudo().receivables_policy_id
            policy.is_usual = policy.active and policy._origin == usual

    def _search_is_usual(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Record rules still decide which of them the user finds.
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        usual = companies.receivables_policy_id.filtered("active")
        return Domain("id", "in" if True in value else "not in", usual.ids)

    def _compute_partner_count(self):
        for company, policies in self.grouped("company_id").items():
            partners = self.env["res.partner"].with_company(company)
            counts = dict(
                partners._read_group(
                    DEBTORS & Domain("receivables_policy_id", "in", policies.ids),
                    ["receivables_policy_id"],
                    ["__count"],
                )
            )
            for policy in policies:
                policy.partner_count = counts.get(policy, 0)
            if usual := policies.filtered("is_usual"):
                usual.partner_count += partners.search_count(usual._follower_domain())

    def _follower_domain(self):
        """Return the domain of the debtors that this usual policy holds for by default.

        Those with a profile in its company and no policy of their own in use there;
        to be searched in that company. Expects one policy.
        """
        own = self.search(
            [("company_id", "=", self.company_id.id), ("active", "=", True)]
        )
        return (
            DEBTORS
            & Domain("receivables_profile_id", "!=", False)
            & Domain("receivables_policy_id", "not in", own.ids)
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override to put the first version in force on the day of creation."""
        if any(vals.get("version_id") for vals in vals_list):
            self.env["receivables.policy.version"]._refuse_state()
        policies = super().create(vals_list)
        for policy in policies:
            policy.version_id._belong_to(policy)
        return policies

    def write(self, vals):
        """Override: a change of the terms becomes a new version, in force today."""
        terms = {
            name: value
            for name, value in vals.items()
            if (field := self._fields.get(name)) is not None and field.inherited
        }
        own = {"state", "number", "policy_id"} & set(terms)
        # Which version holds follows from its day: see `_follow_versions`.
        if own or ("version_id" in vals and not self.env.su):
            self.version_id._refuse_state()
        result = super().write(
            {name: value for name, value in vals.items() if name not in terms}
        )
        if terms:
            for policy in self:
                policy._prepare_change(terms)._put_in_force()
        return result

    def copy_data(self, default=None):
        """Override to copy the terms in force into the copy's first version."""
        vals_list = super().copy_data(default)
        for policy, vals in zip(self, vals_list, strict=True):
            terms = policy.version_id.copy_data({"policy_id": False})[0]
            vals.update({**terms, **(default or {})})
            vals.setdefault("name", policy.name)
            if vals["name"] == policy.name:
                vals["name"] = self.env._("%s (copy)", policy.name)
        return vals_list

    def copy_translations(self, new, excluded=()):
        """Override: the copy's terms are in force by now, in the language copied."""
        return super().copy_translations(
            new, excluded=(*excluded, "criterion_ids", "rule_ids")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["receivables.override"].sudo()
        used = used.search([("version_id.policy_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "Decisions were taken on policy %(policy)s. Archive it instead of"
                    " deleting it.",
                    policy=used.version_id.policy_id.name,
                )
            )

    def unlink(self):
        """Override to delete the versions with their policy."""
        versions = self.version_ids | self.version_id
        result = super().unlink()
        versions._delete_with_policy()
        return result

    def _prepare_change(self, terms=None):
        """Return a draft version: what holds on its day, changed; expects one policy.

        :param terms: values of a version; without ``date_from`` its day is today.
        """
        self.ensure_one()
        terms = terms or {}
        day = fields.Date.to_date(terms.get("date_from"))
        day = day or self.company_id._receivables_today()
        # Nothing holds yet while a policy's first version waits for its day.
        held = self._versions_on(day)[self] or self.version_id
        version = held.copy({"policy_id": self.id, "note_of_change": False})
        # Rules given are told apart from those that were copied.
        version.write(terms)
        return version

    def _versions_on(self, day):
        """Return {policy: version in force on ``day``}; empty where none is yet.

        One query for any number of policies.
        """
        found = dict.fromkeys(self, self.env["receivables.policy.version"])
        versions = self.env["receivables.policy.version"].search(
            [
                ("policy_id", "in", self.ids),
                ("state", "=", "confirmed"),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", day),
            ]
        )
        for version in versions.sorted(lambda one: (one._starts(), one.number)):
            found[version.policy_id] = version
        return found

    def _follow_versions(self):
        """Point these policies at the version that is in force today."""
        for company, policies in self.grouped("company_id").items():
            in_force = policies._versions_on(company._receivables_today())
            for policy, version in in_force.items():
                if version and policy.version_id != version:
                    reason = self.env.context.get("receivables_audit_reason")
                    # No user writes it; whoever put the version in force might.
                    policy.sudo().with_context(
                        receivables_audit_reason=reason or version.note_of_change
                    ).version_id = version

    @api.model
    def _cron_follow_versions(self):
        """Show the terms whose effective date has come, in every company."""
        self.with_context(active_test=False).search(Domain.TRUE)._follow_versions()

    # === ACTIONS ===

    def action_open_partners(self):
        """Return the customers that this policy holds for; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.res_partner_action_customer"
        )
        domain = DEBTORS & Domain("receivables_policy_id", "=", self.id)
        if self.is_usual:
            domain |= self._follower_domain()
        return action | {
            "domain": list(domain),
            # Whose policy it is depends on the company; core's filter would hide some.
            "context": {
                "allowed_company_ids": (self.company_id | self.env.companies).ids,
                "res_partner_search_mode": "customer",
            },
            "display_name": self.name,
        }

    def action_change(self):
        """Return the form in which a change of the terms is prepared; expects one."""
        self.ensure_one()
        self.check_access("write")
        version = self.draft_version_id or self._prepare_change()
        return version.action_open()
