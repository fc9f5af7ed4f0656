from odoo import api, models

from ..core.rfc import normalise_rfc, spellings

FOREIGNER = "XEXX010101000"
_PERSON_LENGTH = 13


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _mx_sat_customers(self, parties, company):
        """Return {party: customer} of receivers of CFDI; makes those that are missing.

        By RFC, however it is spelled; a generic RFC stands for anybody, so there by
        name. Archived customers count: a customer is never made twice.

        :param parties: `core.cfdi_values.Party`.
        """
        wanted = {_key(party): party for party in parties}
        found = self._mx_sat_by_rfc(
            {party.rfc for party in wanted.values() if not party.is_generic}, company
        ) | self._mx_sat_by_name(
            [party for party in wanted.values() if party.is_generic], company
        )
        missing = {key: wanted[key] for key in wanted if key not in found}
        # What a CFDI says was accepted by SAT, which is the judge of an RFC.
        made = self.with_context(no_vat_validation=True).create(
            [self._mx_sat_values(party, company) for party in missing.values()]
        )
        found |= dict(zip(missing, made, strict=True))
        return {party: found[_key(party)] for party in parties}

    @api.model
    def _mx_sat_own(self, company):
        return [
            ("company_id", "in", [False, company.id]),
            ("parent_id", "=", False),
        ]

    @api.model
    def _mx_sat_by_rfc(self, rfcs, company):
        """Return {(RFC, ''): customer}; active before archived, then the oldest."""
        found = {}
        everybody = self.with_context(active_test=False)
        variants = [text for rfc in rfcs for text in spellings(rfc)]
        partners = everybody.search(
            [("vat", "in", variants), *self._mx_sat_own(company)]
        )
        rest = rfcs - {normalise_rfc(partner.vat) for partner in partners}
        if rest:
            # Blanks and dashes inside an RFC: rare, so only for those not found.
            self.flush_model(["vat"])
            self.env.cr.execute(
                r"""
                SELECT id FROM res_partner
                 WHERE vat ~ '[^0-9A-Z&Ñ]' AND parent_id IS NULL
                   AND translate(upper(vat), ' -_./', '') = ANY(%s)
                """,
                # In a cluster of locale C, upper() leaves ñ as it is.
                [
                    [
                        text
                        for rfc in rest
                        for one in {rfc, rfc.replace("Ñ", "ñ")}
                        for text in (one, f"MX{one}")
                    ]
                ],
            )
            ids = [row[0] for row in self.env.cr.fetchall()]
            partners |= everybody.search(
                [("id", "in", ids), *self._mx_sat_own(company)]
            )
        for partner in partners.sorted(lambda one: (not one.active, one.id)):
            found.setdefault((normalise_rfc(partner.vat), ""), partner)
        return {key: found[key] for key in found if key[0] in rfcs}

    @api.model
    def _mx_sat_by_name(self, parties, company):
        """Return {(generic RFC, name): customer}."""
        if not parties:
            return {}
        partners = self.with_context(active_test=False).search(
            [
                ("vat", "in", [False, "", *{party.rfc for party in parties}]),
                ("name", "in", [text for party in parties for text in _names(party)]),
                *self._mx_sat_own(company),
            ]
        )
        found = {}
        for partner in partners.sorted(
            lambda one: (not one.active, not one.vat, one.id)
        ):
            for party in parties:
                is_same = " ".join(partner.name.upper().split()) == _key(party)[1]
                if is_same and partner.vat in (False, "", party.rfc):
                    found.setdefault(_key(party), partner)
        return found

    @api.model
    def _mx_sat_values(self, party, company):
        """Return the values of a customer as a CFDI knows it."""
        values = {
            "name": _names(party)[0],
            "vat": party.rfc,
            "is_company": party.is_generic or len(party.rfc) < _PERSON_LENGTH,
            "zip": not party.is_generic and party.zip_code,
            "customer_rank": 1,
            "lang": company.sudo().partner_id.lang,
        }
        if party.rfc != FOREIGNER:
            values["country_id"] = self.env.ref("base.mx").id
        # Only there when a neighbour that issues CFDI is installed.
        if "l10n_mx_edi_fiscal_regime" in self._fields and party.regime:
            known = dict(
                self._fields["l10n_mx_edi_fiscal_regime"]._description_selection(
                    self.env
                )
            )
            if party.regime in known:
                values["l10n_mx_edi_fiscal_regime"] = party.regime
        return values


def _names(party):
    name = " ".join((party.name or party.foreign_id or party.rfc).split())
    return [name, name.upper(), name.title(), name.capitalize()]


def _key(party):
    if not party.is_generic:
        return (party.rfc, "")
    return (party.rfc, _names(party)[0].upper())
