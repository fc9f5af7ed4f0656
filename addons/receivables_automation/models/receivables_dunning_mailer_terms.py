from collections import defaultdict

from odoo import api, models
from odoo.tools import float_compare, plaintext2html

# The states of a notice that the debtor has, or is about to get; a failed one told
# nothing.
TOLD = ("queued", "sent")


class ReceivablesDunningMailer(models.AbstractModel):
    _inherit = "receivables.dunning.mailer"

    @api.model
    def _terms(self, notices):
        """Return {notice id: HTML of the policy's public text} for first messages.

        In the language of the environment; later messages and policies without a text
        are not in it. A constant number of queries for one company.
        """
        text_of = {
            notice: text for notice, text in self._public_texts(notices).items() if text
        }
        if not text_of:
            return {}
        earlier = self.env["receivables.dunning.notice"]._read_group(
            [
                ("company_id", "in", notices.company_id.ids),
                ("partner_id", "in", [one.partner_id.id for one in text_of]),
                ("state", "in", TOLD),
                ("id", "not in", notices.ids),
            ],
            ["company_id", "partner_id"],
        )
        told = set(earlier)
        return {
            notice.id: plaintext2html(text)
            for notice, text in text_of.items()
            if (notice.company_id, notice.partner_id) not in told
        }

    def _public_texts(self, notices):
        """Return {notice: its policy's text for customers, '' for none}."""
        by_policy = defaultdict(list)
        for notice in notices:
            policy = notice.partner_id._receivables_policy(notice.company_id)
            by_policy[policy, notice.date].append(notice)
        texts = {}
        for day in {day for _policy, day in by_policy}:
            policies = self.env["receivables.policy"].union(
                *(policy for policy, on in by_policy if on == day)
            )
            # The customer reads the public text; nothing else of it is shown.
            versions = policies.sudo()._versions_on(day)
            for policy in policies:
                version = versions.get(policy.sudo())
                for notice in by_policy[policy, day]:
                    text = version.with_context(lang=self.env.lang).public_text
                    texts[notice] = text or ""
        return texts

    @api.model
    def _is_partly_told(self, notice):
        """Return whether a part of an item is left out of ``notice``, as in dispute."""
        return any(
            float_compare(
                line.amount_due,
                line.move_line_id.amount_residual_currency,
                precision_rounding=line.currency_id.rounding,
            )
            < 0
            for line in notice.line_ids
        )
