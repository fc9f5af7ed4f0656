from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .res_partner_receivables import READERS

# Salespeople know that and why a document was released, not the limit.
SEE_AMOUNTS = f"{READERS},account.group_account_invoice,account.group_account_readonly"

REVOCATION = {"revoked_by_id", "revoked_on", "revoke_reason"}


class ReceivablesOverride(models.Model):
    """A document released in spite of a hold: who, when, why and what for.

    Nobody creates, changes or deletes one by hand: a release is given by
    `receivables.credit.hold._receivables_release` and can only be revoked.
    """

    _name = "receivables.override"
    _description = "Release of a held document"
    _order = "id DESC"
    _rec_name = "reason"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    document_name = fields.Char(string="Document", readonly=True)
    kind = fields.Selection(
        [("manual", "Released"), ("paid", "Paid online")], required=True, readonly=True
    )
    version_id = fields.Many2one(
        "receivables.policy.version",
        string="Policy",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        readonly=True, help="Of the document, in the company's currency."
    )
    excess = fields.Monetary(
        string="Over the limit",
        readonly=True,
        groups=SEE_AMOUNTS,
        help="With the document, when it was released.",
    )
    tolerance = fields.Float(
        string="Tolerance (%)",
        readonly=True,
        help="How much of the amount more may be over the limit at invoicing.",
    )
    codes = fields.Json(readonly=True)
    overridden = fields.Text(string="In spite of", readonly=True, groups=SEE_AMOUNTS)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    date = fields.Datetime(string="On", required=True, readonly=True)
    valid_until = fields.Date(readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Revoked by", readonly=True)
    revoked_on = fields.Datetime(readonly=True)
    revoke_reason = fields.Char(readonly=True)
    is_live = fields.Boolean(
        string="In force", compute="_compute_is_live", search="_search_is_live"
    )

    @api.depends("revoked_on", "valid_until")
    def _compute_is_live(self):
        for release in self:
            today = release.company_id._receivables_today()
            release.is_live = not release.revoked_on and (
                not release.valid_until or release.valid_until >= today
            )

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain.OR(
            Domain("company_id", "=", company.id)
            & (
                Domain("valid_until", "=", False)
                | Domain("valid_until", ">=", company._receivables_today())
            )
            for company in self.env.companies
        ) & Domain("revoked_on", "=", False)
        return domain if True in value else ~domain

    def write(self, vals):
        """Override: a release is not changed, whoever asks; only revoked, once."""
        if set(vals) - REVOCATION or any(release.revoked_on for release in self):
            raise UserError(
                self.env._(
                    "The record of a release is not changed. Revoke it and release"
                    " again."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The record of a release is not deleted. Revoke it instead.")
        )

    def _check_may_release(self):
        """Refuse whoever has no right to release or revoke."""
        if not self.env.user.has_group(
            "receivables_automation.group_receivables_manager"
        ):
            raise AccessError(
                self.env._(
                    "Only a finance manager releases documents on hold. Ask for the"
                    " release instead."
                )
            )

    def action_revoke(self):
        """Return the dialog that asks why these releases are revoked."""
        self._check_may_release()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revoke"),
            "res_model": "receivables.override.revoke",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_override_ids": self.ids},
        }

    def _revoke(self, reason):
        """Take releases back for ``reason``: their documents are stopped again.

        What was confirmed or posted stays so; a released order is held at invoicing.

        :raises AccessError: the user is no finance manager.
        :raises UserError: there is no reason given.
        """
        self._check_may_release()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Write why the release of %s is revoked.", self[:1].document_name
                )
            )
        for release in self:
            if release.revoked_on:
                continue
            # No user has the right to write; this is the one change there is.
            release.sudo().write(
                {
                    "revoked_by_id": self.env.uid,
                    "revoked_on": release.company_id._receivables_now(),
                    "revoke_reason": reason.strip(),
                }
            )
            document = release.sudo().order_id or release.sudo().move_id
            if document:
                document._receivables_note(
                    self.env._(
                        "%(user)s revoked the release of %(document)s: %(reason)s",
                        user=self.env.user.name,
                        document=release.document_name,
                        reason=release.revoke_reason,
                    )
                )

    def action_open_document(self):
        """Return the form of the released document; expects one."""
        self.ensure_one()
        document = self.order_id or self.move_id
        return document.get_formview_action()
