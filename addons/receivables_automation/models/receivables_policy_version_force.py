from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tools.misc import format_date

ACKNOWLEDGMENT = "receivables.policy.acknowledgment"
# What names the version that it followed.
NAMING = (ACKNOWLEDGMENT, "receivables.override", "receivables.credit.application")


class ReceivablesPolicyVersion(models.Model):
    """How a version comes into force and is taken back, with what the log keeps."""

    _name = "receivables.policy.version"
    _inherit = ["receivables.policy.version", "receivables.audit.mixin"]

    # A draft decides nothing: see `_log_decision`.
    _receivables_audit_life = False

    can_withdraw = fields.Boolean(
        string="Can be withdrawn", compute="_compute_can_withdraw"
    )
    waiting_text = fields.Text(
        string="Versions to come", compute="_compute_waiting_text"
    )

    @api.depends("state", "date_from", "policy_id.version_ids.state")
    def _compute_can_withdraw(self):
        problems = self._withdrawal_problems()
        for version in self:
            version.can_withdraw = not problems[version]

    @api.depends("state", "date_from", "policy_id.version_ids.state")
    @api.depends_context("lang")
    def _compute_waiting_text(self):
        after = self.env._(
            "Version %(number)s holds from %(day)s; this change does not touch it."
        )
        before = self.env._(
            "Version %(number)s holds from %(day)s. This change comes later and"
            " replaces it: write here what should stay of its terms."
        )
        for version in self:
            policy = version.policy_id
            waiting = policy.version_ids if version.state == "draft" else ()
            today = policy.company_id._receivables_today() if waiting else None
            version.waiting_text = "\n".join(
                (after if one.date_from > (version.date_from or today) else before)
                % {"number": one.number, "day": format_date(self.env, one.date_from)}
                for one in waiting
                if one.state == "confirmed" and one._starts() > today
            )

    # === IN FORCE ===

    def _put_in_force(self):
        """Number these drafts and let them hold from their effective date on.

        A change without a date holds from today on, a first version from the start.

        :raises UserError: the date of a change has passed.
        """
        self.check_access("write")
        for version in self:
            version._check_draft()
            policy = version.policy_id
            today = policy.company_id._receivables_today()
            date_from = version.date_from
            if policy.version_ids.filtered(lambda one: one.state == "confirmed"):
                date_from = date_from or today
                if date_from < today:
                    raise UserError(
                        self.env._(
                            "%(policy)s cannot change as of %(day)s: documents of the"
                            " past followed the version of their day. Choose today or"
                            " later.",
                            policy=policy.name,
                            day=format_date(self.env, date_from),
                        )
                    )
            replaced = policy._versions_on(date_from or today)[policy]
            numbers = policy.version_ids.mapped("number")
            state = version._receivables_audit_text("state")
            version.sudo().write(
                {
                    "number": max(numbers, default=0) + 1,
                    "date_from": date_from,
                    "state": "confirmed",
                }
            )
            version._log_decision(state, replaced, version, version.note_of_change)
            policy._follow_versions()

    def _withdrawal_problems(self):
        """Return {version: why it cannot be withdrawn, in words, or ''}.

        A constant number of queries per company.
        """
        today, in_force = {}, {}
        for company, policies in self.policy_id.grouped("company_id").items():
            day = company._receivables_today()
            today |= dict.fromkeys(policies, day)
            in_force |= policies._versions_on(day)
        relied_on = self._relied_on()
        problems = {}
        for version in self:
            policy, name = version.policy_id, version.display_name
            day = today.get(policy)
            is_alone = not any(
                one != version and one.state == "confirmed" and one._starts() <= day
                for one in policy.version_ids
            )
            problems[version] = ""
            if version.state != "confirmed" or (
                version != in_force[policy] and version._starts() <= day
            ):
                problems[version] = self.env._(
                    "%(version)s cannot be withdrawn: it is neither in force nor still"
                    " to come. Prepare a change instead.",
                    version=name,
                )
            elif is_alone:
                problems[version] = self.env._(
                    "%(version)s cannot be withdrawn: no other version would be in"
                    " force. Prepare a change instead.",
                    version=name,
                )
            elif record := relied_on.get(version.id):
                customer = record.partner_id.display_name
                problems[version] = (
                    self.env._(
                        "%(version)s cannot be withdrawn: %(customer)s has acknowledged"
                        " it. Prepare a change instead.",
                        version=name,
                        customer=customer,
                    )
                    if record._name == ACKNOWLEDGMENT
                    else self.env._(
                        "%(version)s cannot be withdrawn: a decision on %(customer)s"
                        " names it. Prepare a change instead.",
                        version=name,
                        customer=customer,
                    )
                )
        return problems

    def _relied_on(self):
        """Return {version id: a proof or decision that names it}."""
        found = {}
        for name in NAMING:
            # That a version was relied on decides, whoever may see by whom.
            model = self.env[name].sudo()
            first = model._read_group(
                [("version_id", "in", self.ids)], ["version_id"], ["id:min"]
            )
            for record in model.browse(record_id for _version, record_id in first):
                found.setdefault(record.version_id.id, record)
        return found

    def action_withdraw(self):
        """Take a version back: the one before it holds again; expects one version.

        :raises UserError: it has no effect any more, somebody relied on it, or no other
            version would be in force today.
        """
        self.ensure_one()
        self.check_access("write")
        if problem := self._withdrawal_problems()[self]:
            raise UserError(problem)
        policy = self.policy_id
        today = policy.company_id._receivables_today()
        state = self._receivables_audit_text("state")
        self.sudo().write({"state": "withdrawn"})
        day = max(self._starts(), today)
        reason = self.note_of_change and self.env._(
            "Takes back: %s", self.note_of_change
        )
        self._log_decision(state, self, policy._versions_on(day)[policy], reason)
        policy.with_context(receivables_audit_reason=reason)._follow_versions()
        return True

    # === THE AUDIT LOG ===

    @api.model
    @api.private
    def _receivables_audit_fields(self):
        """Override: nothing by itself; a draft is no decision."""
        return {}

    @api.private
    def _receivables_audit_subject(self, field):
        """Override: the policy's company; no customer."""
        return self.policy_id.company_id, None

    @api.private
    def _receivables_audit_text(self, name):
        """Override: a rule or criterion a line."""
        if self._fields[name].type == "one2many":
            return "\n".join(self[name].mapped("display_name"))
        return super()._receivables_audit_text(name)

    @api.model
    def _term_names(self):
        """Return the fields that make up the terms: what a change copies."""
        return [
            name
            for name, field in self._fields.items()
            if field.copy and name not in MAGIC_COLUMNS
        ]

    def _log_decision(self, state, before, after, reason):
        """Keep in the audit log that the terms of a version give way to another's.

        Expects the one version that was decided about.

        :param state: what its state was, in words.
        :param before: version that held, may be empty; `after`: that holds instead.
        """
        # What is kept does not depend on what the user may read.
        version = self.sudo()
        if reason:
            version = version.with_context(receivables_audit_reason=reason)
        told = {"state": (state, version._receivables_audit_text("state"))}
        if version.state == "confirmed":
            told["date_from"] = "", version._receivables_audit_text("date_from")
        for name in self._term_names():
            told[name] = (
                before.sudo()._receivables_audit_text(name),
                after.sudo()._receivables_audit_text(name),
            )
        version._receivables_audit_log(
            [
                version._receivables_audit_row("write", "policy", name, *texts)
                for name, texts in told.items()
                if texts[0] != texts[1]
            ]
        )
