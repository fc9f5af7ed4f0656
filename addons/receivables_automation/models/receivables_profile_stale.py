from odoo import api, fields, models

# Debtors computed anew in one transaction.
BATCH = 500


class ReceivablesProfileStale(models.Model):
    """Debtors whose ledger changed since their profile was computed.

    Only ever added to, so that two who post for one customer never wait for each other;
    the job takes the rows it has seen.
    """

    _name = "receivables.profile.stale"
    _description = "Debtor to compute anew"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )

    @api.model
    def _add(self, lines):
        """Note the debtors of these journal items, if they are receivables."""
        debtors = {
            (line.company_id.id, line.partner_id.commercial_partner_id.id)
            for line in lines
            if line.account_id.account_type == "asset_receivable" and line.partner_id
        }
        if debtors:
            # Whoever posts need not have a right to our table.
            self.sudo().create(
                [
                    {"company_id": company, "partner_id": partner}
                    for company, partner in sorted(debtors)
                ]
            )

    @api.model
    def _add_debtors(self, debtors):
        """Note these debtors, pairs of company and customer, as changed."""
        pairs = {
            (company.id, partner.commercial_partner_id.id)
            for company, partner in debtors
        }
        # Whoever decides about a debtor need not have a right to our table.
        self.sudo().create(
            [
                {"company_id": company, "partner_id": partner}
                for company, partner in sorted(pairs)
            ]
        )

    @api.model
    def _cron_refresh(self):
        """Compute anew whoever changed, some at a time."""
        cron = self.env["ir.cron"]
        remaining = len(self._read_group([], ["company_id", "partner_id"]))
        cron._commit_progress(remaining=remaining)
        while remaining:
            done = self._refresh_some(BATCH)
            remaining = max(remaining - done, 0) if done else 0
            if not cron._commit_progress(done, remaining=remaining):
                break

    @api.model
    def _refresh_some(self, limit):
        """Compute anew up to ``limit`` debtors; return how many."""
        debtors = self._read_group(
            [], ["company_id", "partner_id"], ["id:recordset"], limit=limit
        )
        by_company = {}
        taken = self.browse()
        for company, partner, rows in debtors:
            by_company.setdefault(company, self.env["res.partner"])
            by_company[company] |= partner
            taken |= rows
        profile = self.env["receivables.profile"]
        for company, partners in by_company.items():
            profile.with_context(allowed_company_ids=company.ids)._refresh(partners)
        taken.unlink()
        return len(debtors)
