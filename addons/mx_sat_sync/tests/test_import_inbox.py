from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .cfdi_builder import ISSUER
from .sat_case import SatCase, uuid_of, zipped

XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b"<x>&e;</x>"
)
UNKNOWN = "AAA010101AAA"


@tagged("post_install", "-at_install")
class TestImportInbox(SatCase):
    def test_every_bad_file_is_refused_with_its_reason_and_the_rest_is_imported(self):
        good = self._cfdi(1)
        bomb = b"<a>" + b"\0" * 3_000_000
        bad = {
            "xml_empty": ("empty.xml", b""),
            "xml_dtd": ("xxe.xml", XXE),
            "xml_malformed": ("truncated.xml", self._cfdi(2)[:-40]),
            "xml_encoding": (
                "wide.xml",
                self._cfdi(3).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
            ),
            "xml_encoding_broken": (
                "broken.xml",
                self._cfdi(4).replace("Ñ".encode(), b"\xd1"),
            ),
            "cfdi_not": ("other.xml", b"<html/>"),
            "cfdi_unstamped": ("draft.xml", self._cfdi(5, stamps=())),
            "cfdi_stamped_twice": (
                "twice.xml",
                self._cfdi(6, stamps=(uuid_of(6), uuid_of(7))),
            ),
            "archive_ignored": ("photo.png", b"\x89PNG"),
            "archive_not_zip": ("none.zip", b"no zip at all"),
            "archive_damaged": ("cut.zip", zipped(("a.xml", good))[:-30]),
            "archive_ratio": ("bomb.zip", zipped(("bomb.xml", bomb))),
            "role_not_ours": ("strange.xml", self._cfdi(8, issuer=UNKNOWN)),
        }
        files = [*bad.values(), ("good.xml", good)]

        documents = self.env["mx.sat.document"].import_files(files, self.company)

        self.assertEqual(documents.mapped("reason_code")[:-1], list(bad))
        self.assertEqual(set(documents[:-1].mapped("state")), {"quarantined"})
        self.assertTrue(all(documents.mapped("reason")))
        self.assertEqual(documents[-1].state, "applied")
        again = self.env["mx.sat.document"].import_files(files, self.company)
        self.assertEqual(again, documents)

    def test_each_xml_in_a_zip_is_a_file_and_keeps_its_bytes(self):
        first, second = self._cfdi(1), self._cfdi(2)
        content = zipped(
            ("a.xml", first), ("__MACOSX/a.xml", b"junk"), ("b/b.xml.xml", second)
        )

        documents = self.env["mx.sat.document"].import_files(
            [("both.zip", content)], self.company
        )

        self.assertEqual(documents.mapped("uuid"), [uuid_of(1), uuid_of(2)])
        self.assertEqual(documents[0].attachment_id.raw, first)
        self.assertEqual(documents[0].attachment_id.res_id, documents[0].id)
        self.assertEqual(documents[1].name, "both.zip/b/b.xml.xml")

    def test_a_folio_with_other_contents_is_set_aside(self):
        document, other = self._import(self._cfdi(1), self._cfdi(1, Folio="999"))

        self.assertEqual(document.state, "applied")
        self.assertEqual(other.state, "quarantined")
        self.assertEqual(other.reason_code, "uuid_differs")
        other.action_process_again()
        self.assertEqual(other.state, "quarantined")

    def test_a_copy_that_says_the_same_is_the_same_document(self):
        content = self._cfdi(1)
        document = self._import(content)

        copy = self._import(content.replace(b"><", b">\n<"))

        self.assertEqual(copy, document)

    def test_received_payroll_and_transfers_are_kept_and_ignored(self):
        documents = self._import(
            self._cfdi(1, issuer=ISSUER, receiver=self.rfc),
            self._cfdi(2, "T", Total="0", SubTotal="0", lines=()),
        )

        self.assertEqual(documents[0].state, "ignored")
        self.assertEqual(documents[0].reason_code, "role_received")
        self.assertFalse(documents.move_id)

    def test_an_error_of_the_code_stops_no_other_document(self):
        documents = self.env["mx.sat.document"]
        values = type(documents)._entry_values

        def failing(document, cfdi, taxes, journal):
            if document.uuid == uuid_of(2):
                raise ZeroDivisionError
            return values(document, cfdi, taxes, journal)

        with (
            patch.object(type(documents), "_entry_values", failing),
            mute_logger("odoo.addons.mx_sat_sync.models.mx_sat_document_process"),
        ):
            found = self._import(*(self._cfdi(number) for number in (1, 2, 3)))

        self.assertEqual(found.mapped("state"), ["applied", "quarantined", "applied"])
        self.assertEqual(found[1].reason_code, "ledger_internal")
        found[1].action_process_again()
        self.assertEqual(found[1].state, "applied")

    def test_two_companies_keep_their_documents_apart(self):
        other = self.env["res.company"].create({"name": "Otra", "vat": UNKNOWN})
        content = self._cfdi(1)

        own = self._import(content)
        strange = self._import(content, company=other)

        self.assertEqual(own.state, "applied")
        self.assertEqual(strange.company_id, other)
        self.assertEqual(strange.reason_code, "role_not_ours")
        self.assertEqual(own.move_id.company_id, self.company)

    def test_an_oddity_is_remarked_and_does_not_stop_the_document(self):
        document = self._import(self._cfdi(1, FormaPago="03"))

        self.assertEqual(document.state, "applied")
        self.assertIn("FormaPago", document.remarks)
