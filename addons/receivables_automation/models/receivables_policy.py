from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivablesPolicy(models.Model):
    """The terms on which a company gives credit to a group of customers.

    What it says is in its versions; its own fields show the version in force. A change
    makes a new version, so that decisions and documents can name the one they followed.
    """

    _name = "receivables.policy"
    _description = "Credit policy"
    _inherits = {"receivables.policy.version": "version_id"}
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

    @api.model_create_multi
    def create(self, vals_list):
        """Override to put the first version in force on the day of creation."""
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
        """Return a draft version with the terms of the last one; expects one policy."""
        self.ensure_one()
        last = self.version_ids.filtered(lambda one: one.state == "confirmed")
        last = last.sorted(lambda one: (one._starts(), one.number))[-1:]
        return (last or self.version_id).copy(
            {"policy_id": self.id, "note_of_change": False, **(terms or {})}
        )

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
                    policy.version_id = version

    @api.model
    def _cron_follow_versions(self):
        """Show the terms whose effective date has come, in every company."""
        self.with_context(active_test=False).search([])._follow_versions()

    # === ACTIONS ===

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

    def action_change(self):
        """Return the form in which a change of the terms is prepared; expects one."""
        self.ensure_one()
        self.check_access("write")
        version = self.draft_version_id or self._prepare_change()
        return version.action_open()
