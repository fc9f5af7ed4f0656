from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..core.tax_table import COMMON_MISSING, TaxKey, match, propose
from .mx_sat_document import MANAGER

KINDS = [("iva", "IVA"), ("ieps", "IEPS"), ("isr", "ISR"), ("local", "Local")]
FACTORS = [("Tasa", "Tasa"), ("Cuota", "Cuota"), ("Exento", "Exento")]


class MxSatTax(models.Model):
    """Which tax of the ledger a tax of CFDI is; the accountant may choose another."""

    _name = "mx.sat.tax"
    _description = "Tax of CFDI"
    _order = "kind, is_withheld, factor, rate desc, local_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    is_withheld = fields.Boolean(
        string="Withheld", readonly=True, help="The customer keeps it from the price."
    )
    factor = fields.Selection(FACTORS, required=True, readonly=True)
    rate = fields.Float(
        digits=(16, 6),
        readonly=True,
        help="A fraction of the base (0.16); of a Cuota, pesos per unit.",
    )
    local_name = fields.Char(readonly=True, default="")
    tax_id = fields.Many2one(
        "account.tax",
        string="Tax in the ledger",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        context={"active_test": False},
    )
    is_made_here = fields.Boolean(
        string="To confirm",
        readonly=True,
        help="Odoo's chart has no such tax, so it was made with the usual accounts."
        " Check them with your accountant.",
    )

    _key_unique = models.UniqueIndex(
        "(company_id, kind, is_withheld, factor, rate, local_name)",
        "This tax is in the list already.",
    )

    @api.depends("kind", "rate", "local_name")
    def _compute_display_name(self):
        for tax in self:
            tax.display_name = propose(tax._key()).name

    def _key(self):
        self.ensure_one()
        return TaxKey(
            self.kind,
            self.is_withheld,
            self.factor,
            Decimal(str(round(self.rate, 6))),
            self.local_name or "",
        )

    def action_confirm(self):
        """The accountant has looked at them: they are no longer to confirm."""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a finance manager may confirm the taxes of CFDI.")
            )
        self.is_made_here = False

    @api.model
    def action_prepare(self):
        """Make the common taxes that the chart lacks, to be seen before a CFDI comes.

        Returns the action that lists all of the company's.
        """
        self.env["mx.sat.document"]._check_manager()
        company = self.env.company
        # The button checks our group; accounts and taxes are made by the import.
        company._mx_sat_lock()
        worker = self.sudo().with_company(company)
        worker._resolve({*worker._chart_keys(), *COMMON_MISSING})
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mx_sat_sync.mx_sat_tax_action"
        )

    # --- by key, never by name -----------------------------------------------------

    @api.model
    def _resolve(self, keys):
        """Return {key: tax} of the current company; what is missing is made once.

        :param keys: `core.tax_table.TaxKey`.
        :raises ValueError: no tax can stand for a key (transferred ISR).
        """
        if not keys:
            return {}
        rows = self.search([("company_id", "=", self.env.company.id)])
        known = {row._key(): row.tax_id for row in rows}
        chart = None
        resolved = {}
        for key in sorted(keys, key=repr):
            found = match(key, known)
            if found is None:
                chart = self._chart_keys() if chart is None else chart
                found = self._add(key, chart, known)
            resolved[key] = known[found]
        return resolved

    def _add(self, key, chart, known):
        """Keep which tax ``key`` is, from the chart or made; return its known key."""
        like = match(key, chart)
        if like is not None:
            tax = chart[like]
            # An archived tax cannot be seen on the invoices that carry it.
            tax.active = True
        else:
            like = propose(key).key
            tax = known.get(like) or self._make(like)
        if like not in known:
            self.create(
                {
                    "company_id": self.env.company.id,
                    "kind": like.kind,
                    "is_withheld": like.is_withheld,
                    "factor": like.factor,
                    "rate": float(like.rate),
                    "local_name": like.name,
                    "tax_id": tax.id,
                    "is_made_here": like not in chart,
                }
            )
            known[like] = tax
        return like

    def _chart_keys(self):
        """Return {key: tax} of the company's own sale taxes, archived ones too.

        Of several with one key, the active ones come first, then the chart's order.
        """
        taxes = (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("type_tax_use", "=", "sale"),
                    ("amount_type", "in", ("percent", "fixed")),
                ]
            )
        )
        found = {}
        for tax in taxes.sorted(lambda tax: (not tax.active, tax.sequence, tax.id)):
            key = self._key_of_tax(tax)
            if key:
                found.setdefault(key, tax)
        return found

    def _key_of_tax(self, tax):
        """Return the key of a tax of the ledger, None if it says too little."""
        factor = tax.l10n_mx_factor_type or "Tasa"
        kind = tax.l10n_mx_tax_type or ("iva" if factor == "Exento" else "")
        if not kind or kind == "local":
            return None
        amount = Decimal(str(round(tax.amount, 10)))
        if tax.amount_type == "fixed":
            factor = "Cuota"
        else:
            amount /= 100
        is_withheld = amount < 0
        return TaxKey(kind, is_withheld, factor, round(abs(amount), 6))

    def _make(self, key):
        """Return a new tax for ``key``; see `core.tax_table.propose`."""
        new = propose(key)
        mexico = self.env.ref("base.mx")
        account = self._account(new.account, is_pending=False)
        company = self.env.company
        group = self.env["account.tax.group"].create(
            {"name": new.name, "company_id": company.id, "country_id": mexico.id}
        )
        lines = [
            Command.create(
                {
                    "document_type": document_type,
                    "repartition_type": kind,
                    "account_id": account.id if kind == "tax" else False,
                }
            )
            for document_type in ("invoice", "refund")
            for kind in ("base", "tax")
        ]
        return self.env["account.tax"].create(
            {
                "name": new.name,
                "invoice_label": new.invoice_label,
                "company_id": company.id,
                "country_id": mexico.id,
                "type_tax_use": "sale",
                "amount_type": "fixed" if new.is_fixed else "percent",
                "amount": float(new.percent),
                "price_include_override": "tax_excluded",
                "include_base_amount": new.includes_base,
                "tax_group_id": group.id,
                "tax_exigibility": new.exigibility,
                "cash_basis_transition_account_id": self._account(
                    new.pending, is_pending=True
                ).id,
                "l10n_mx_tax_type": key.kind,
                "l10n_mx_factor_type": key.factor,
                "repartition_line_ids": lines,
            }
        )

    def _account(self, proposed, is_pending):
        """Return the company's account of a proposed number; makes it if missing.

        A pending one has to be reconcilable, so that the money's arrival clears it.
        """
        accounts = self.env["account.account"]
        if proposed is None:
            return accounts
        company = self.env.company
        found = accounts.search(
            [("company_ids", "in", company.ids), ("code", "=", proposed.code)], limit=1
        )
        if not found:
            found = accounts.create(
                {
                    "code": proposed.code,
                    "name": proposed.name,
                    "account_type": "asset_current"
                    if proposed.is_asset
                    else "liability_current",
                    "reconcile": is_pending,
                    "company_ids": [Command.set(company.ids)],
                }
            )
        if is_pending and not found.reconcile:
            found.reconcile = True
        return found
