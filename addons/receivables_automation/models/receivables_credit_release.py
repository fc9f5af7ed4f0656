from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

# Who issues documents or collects. Auditors read, and write nothing.
ASKERS = (
    "receivables_automation.group_receivables_user,"
    "sales_team.group_sale_salesman,"
    "account.group_account_invoice"
)


class ReceivablesCreditHold(models.AbstractModel):
    _inherit = "receivables.credit.hold"

    def _receivables_release(self, reason, valid_until=None):
        """Release these documents in spite of what holds; return the records of it.

        :raises AccessError: the user is no finance manager.
        :raises UserError: there is no reason given, or nothing to release.
        """
        releases = self.env["receivables.override"]
        releases._check_may_release()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(
                self.env._("Write why %s is released.", self[:1].display_name)
            )
        judged = self._receivables_judge()
        values = []
        for document in self:
            found = judged.get(document.id)
            if not found or not found[2]:
                raise UserError(
                    self.env._(
                        "%s is not on hold: there is nothing to release.",
                        document.display_name,
                    )
                )
            values.append(
                document._receivables_release_values(found, "manual")
                | {"reason": reason.strip(), "user_id": self.env.uid}
                | ({"valid_until": valid_until} if valid_until else {})
            )
        # Nobody has the right to create one beside this method.
        created = releases.sudo().create(values)
        self.activity_feedback(
            ["receivables_automation.mail_activity_type_release"], feedback=reason
        )
        for document, release in zip(self, created, strict=True):
            document._receivables_note(
                self.env._(
                    "Released by %(user)s until %(day)s: %(reason)s",
                    user=self.env.user.name,
                    day=format_date(self.env, release.valid_until) or "—",
                    reason=release.reason,
                )
            )
        self.invalidate_recordset(
            ["receivables_credit_state", "receivables_override_id"]
        )
        return created.sudo(False)

    def _receivables_release_values(self, judged, kind):
        assessment, situation, findings = judged
        company = assessment.company
        # The settings of the company, whoever releases.
        settings = company.sudo()
        amount, _extra = self.sudo()._receivables_amounts()[self.id]
        today = company._receivables_today()
        words = "\n".join(
            self.env["receivables.credit"]._finding_text(
                one, assessment, situation, True
            )
            for one in findings
        )
        return {
            "company_id": company.id,
            "partner_id": assessment.partner.id,
            self._receivables_link(): self.id,
            "document_name": self.display_name,
            "kind": kind,
            "version_id": assessment.version.id,
            "amount": float(amount),
            "excess": float(max(situation.excess or 0, 0)),
            "tolerance": settings.receivables_release_tolerance,
            "codes": sorted({one.rule.code for one in findings}),
            "overridden": words,
            "date": company._receivables_now(),
            "valid_until": fields.Date.add(
                today, days=settings.receivables_release_days
            ),
        }

    def action_receivables_release(self):
        """Return the dialog in which a finance manager releases these documents."""
        self.env["receivables.override"]._check_may_release()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release"),
            "res_model": "receivables.override.grant",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": self.ids,
            },
        }

    def action_receivables_request_release(self):
        """Ask the finance managers to release these documents; once for each.

        :raises AccessError: the user only reads.
        :raises UserError: none of them is on hold, or nobody could release it.
        """
        self.check_access("read")
        if not self.env.user.has_groups(ASKERS):
            raise AccessError(
                self.env._(
                    "You read documents on hold and change nothing about them. Whoever"
                    " sells or collects asks for the release."
                )
            )
        # Whether it is on hold is told to whoever may read the document.
        stopped = {one.id for one in self.sudo()._receivables_refusals()}
        held = self.filtered(lambda one: one.id in stopped)
        if not held:
            raise UserError(
                self.env._(
                    "Not on hold, so that nobody has to release it: %s. Go on with it.",
                    ", ".join(self.mapped("display_name")),
                )
            )
        words = held._receivables_words_for_all()
        for document in held:
            document._receivables_request_release(words[document.id])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The finance managers have been asked."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _receivables_words_for_all(self):
        """Return {id: why it is on hold}, as whoever reads the document may see it.

        For its history and its activities: nobody's rights to the limit go with those.
        """
        credit = self.env["receivables.credit"]
        return {
            document_id: "\n".join(
                credit._finding_text(one, assessment, situation, False)
                for one in findings
            )
            for document_id, (assessment, situation, findings) in self.sudo()
            ._receivables_judge()
            .items()
        }

    def _receivables_request_release(self, words):
        """Give every finance manager an activity that says ``words``."""
        self.ensure_one()
        kind = self.env.ref("receivables_automation.mail_activity_type_release")
        if self.sudo().activity_ids.filtered(lambda one: one.activity_type_id == kind):
            return
        managers = self.env.ref("receivables_automation.group_receivables_manager")
        # A salesperson may ask without seeing the other users' groups.
        users = managers.sudo().all_user_ids.filtered(
            lambda one: (
                one.active and not one.share and self.company_id in one.company_ids
            )
        )
        if not users:
            raise UserError(
                self.env._(
                    "%s has no finance manager who could release it. Ask the"
                    " administrator to name one.",
                    self.company_id.name,
                )
            )
        for user in users:
            # Whoever may see the document may ask about it.
            self.sudo().activity_schedule(
                activity_type_id=kind.id,
                user_id=user.id,
                summary=self.env._("Release of %s", self.display_name),
                note=Markup("<br/>").join(words.split("\n")),
            )
        self._receivables_note(
            self.env._("%s asked for a release.", self.env.user.name)
        )
