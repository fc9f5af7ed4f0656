import itertools

from odoo import api, models

from ..clients.cfdi_files import Entry, read_files
from ..core.document_name import money_of

# Files per round of storing and processing: bounds the memory of a large ZIP.
CHUNK = 200


class MxSatDocument(models.Model):
    _inherit = "mx.sat.document"

    @api.private
    def import_files(self, files, company):
        """Store CFDI and bring them to the ledger; the way in for every source.

        The caller has checked who asks: rows and entries are made with full rights.

        :param list files: (name, bytes), XML or ZIP; every XML in a ZIP is a file.
        :param company: the one company whose documents these are.
        :returns: a document per file in the same order, one per XML of a ZIP; refused
            files are quarantined documents; what is here already is that document,
            unchanged.
        """
        inbox = self._for_company(company)
        company._mx_sat_lock()
        ids = []
        entries = read_files(files)
        while chunk := list(itertools.islice(entries, CHUNK)):
            documents, cfdis = inbox._store(chunk)
            ids += documents.ids
            inbox.browse(cfdis)._process(cfdis)
        return self.browse(ids)

    @api.private
    def store_files(self, files, company):
        """Store CFDI without processing them; see `import_files`.

        :returns: (names as they are shown, documents), an entry per file.
        """
        inbox = self._for_company(company)
        company._mx_sat_lock()
        names, ids = [], []
        entries = read_files(files)
        while chunk := list(itertools.islice(entries, CHUNK)):
            names += [entry.name for entry in chunk]
            ids += inbox._store(chunk)[0].ids
        return names, self.browse(ids)

    @api.private
    def process_stored(self, company, limit):
        """Process at most ``limit`` stored documents of these, invoices first."""
        order = "IEPNT"
        stored = self._for_company(company).filtered(lambda one: one.state == "stored")
        stored = stored.sorted(lambda one: (order.index(one.document_type), one.id))
        batch = stored[:limit]
        company._mx_sat_lock()
        batch._process({document.id: document._read_cfdi() for document in batch})

    def _for_company(self, company):
        """Return these records in the environment in which the import works."""
        return (
            self.sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                tracking_disable=True,
                mail_create_nosubscribe=True,
            )
        )

    def _store(self, entries):
        """Keep what came; return (a document per entry, {id of a new one: CFDI}).

        New documents that can be processed are ``stored``, others ``quarantined``.
        """
        company = self.env.company
        places, fresh = self._sort_out(entries)
        currencies = self._currencies()
        documents = self.create(
            [self._stored_values(entry, company, currencies) for entry in fresh]
        )
        self._attach(documents, fresh)
        cfdis = {
            document.id: entry.cfdi
            for document, entry in zip(documents, fresh, strict=True)
            if not entry.problem
        }
        ids = [
            documents[place].id if isinstance(place, int) else place.id
            for place in places
        ]
        return self.browse(ids), cfdis

    def _sort_out(self, entries):
        """Return (where each entry's document is, the entries to create).

        A place is a document that is here already, or an index of the new ones.
        """
        own = [("company_id", "=", self.env.company.id)]
        contents = self.search(
            [*own, ("sha256", "in", [entry.sha256 for entry in entries])], order="id"
        )
        by_content = {document.sha256: document for document in reversed(contents)}
        uuids = [entry.cfdi.uuid for entry in entries if entry.cfdi]
        by_uuid = {
            document.uuid: document
            for document in self.search(
                [*own, ("uuid", "in", uuids), ("state", "!=", "quarantined")]
            )
        }
        places, fresh = [], []
        for entry in entries:
            place = by_content.get(entry.sha256)
            if place is None and entry.cfdi and not entry.problem:
                holder = by_uuid.get(entry.cfdi.uuid)
                if holder is not None:
                    known = fresh[holder] if isinstance(holder, int) else holder
                    place, entry = self._against(known, holder, entry)
            if place is None:
                place = len(fresh)
                fresh.append(entry)
                by_content[entry.sha256] = place
                if entry.cfdi and not entry.problem:
                    by_uuid[entry.cfdi.uuid] = place
            places.append(place)
        return places, fresh

    def _against(self, known, place, entry):
        """Return (place, entry) of an entry whose folio ``known`` has already.

        Copies of one CFDI differ in addenda and blanks; what it says decides.
        """
        is_new = isinstance(known, Entry)
        cfdi = known.cfdi if is_new else known._read_cfdi()
        if cfdi == entry.cfdi:
            return place, entry
        name = known.name if is_new else known.display_name
        values = {"uuid": entry.cfdi.uuid, "document": name}
        return None, entry._replace(problem=("uuid_differs", values))

    def _stored_values(self, entry, company, currencies):
        code, values = entry.problem or ("", {})
        vals = {
            "company_id": company.id,
            "name": entry.name,
            "sha256": entry.sha256,
            "state": "quarantined" if entry.problem else "stored",
            "reason_code": code,
            "reason_values": values,
            "remark_values": entry.remarks,
        }
        cfdi = entry.cfdi
        if code == "cfdi_unstamped":
            # A draft has no fiscal effect; whoever looks at it knows it by its folio.
            vals |= {"document_type": values["type"], "series_folio": values["folio"]}
        if not cfdi:
            return vals
        amount, currency = money_of(cfdi)
        return vals | {
            "uuid": cfdi.uuid,
            "document_type": cfdi.type,
            "date": cfdi.issued_at.date(),
            "series_folio": cfdi.series + cfdi.folio,
            "issuer_rfc": cfdi.issuer.rfc,
            "issuer_name": cfdi.issuer.name,
            "receiver_rfc": cfdi.receiver.rfc,
            "receiver_name": cfdi.receiver.name,
            "payment_method": cfdi.method,
            "currency_id": currencies.get(currency),
            "total": float(amount),
        }

    def _currencies(self):
        """Return {ISO code: id} of every currency, archived ones too."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {currency.name: currency.id for currency in currencies.search([])}

    def _attach(self, documents, entries):
        """Keep each file as it came, attached to its document."""
        kept = [
            (document, entry)
            for document, entry in zip(documents, entries, strict=True)
            if entry.content
        ]
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{document.uuid}.xml" if document.uuid else entry.name,
                    "raw": entry.content,
                    "mimetype": "application/xml",
                    "res_model": self._name,
                    "res_id": document.id,
                    "company_id": document.company_id.id,
                }
                for document, entry in kept
            ]
        )
        for (document, _entry), attachment in zip(kept, attachments, strict=True):
            document.attachment_id = attachment
