import re

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..core.uploads import MAX_BYTES
from .credit_application_case import CreditApplicationCase

PDF = b"%PDF-1.4\n%test\n"
TYPED = {
    "legal_name": "Aceros del Norte",
    "vat": "ano 010203 ab0",
    "contact_name": "Rosa Pérez",
    "phone": "81 5550 1200",
    "email": "rosa@aceros.example",
    "address": "Av. Juárez 10",
    "limit_requested": "$ 40,000.00",
    "consent": "1",
}
for number in (1, 2, 3):
    TYPED |= {
        f"reference_name_{number}": f"Proveedor {number}",
        f"reference_phone_{number}": "81 5550 0000",
        f"reference_amount_{number}": "30,000",
    }


@tagged("post_install", "-at_install")
class TestCreditApplicationPortal(CreditApplicationCase, HttpCase):
    """What a customer sees and does, logged in or with the link of an invitation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_user = cls._user("applicant", "base.group_portal")
        cls.customer_user.partner_id.parent_id = cls.prospect
        cls.stranger_user = cls._user("stranger", "base.group_portal")
        cls.stranger_user.partner_id.parent_id = cls.customer
        cls.prospect.lang = "en_US"
        cls.kind = cls.env["receivables.document.type"].create({"name": "Acta"})
        cls.policy.document_type_ids = cls.kind

    def _log_in(self, user=None):
        login = user.login if user else None
        self.authenticate(login, login)
        # Whatever the website of the database speaks.
        self.opener.cookies["frontend_lang"] = "en_US"

    def _token(self, page):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]

    def _start(self):
        """Return the draft that the logged-in customer opens."""
        page = self.url_open("/my/credit")
        self.url_open("/my/credit/new", data={"csrf_token": self._token(page)})
        return self.env["receivables.credit.application"].search(
            [("partner_id", "=", self.prospect.id)], limit=1
        )

    def _post(self, application, action, typed=None, files=None, link=""):
        """Return the page after sending the form of an application."""
        path = f"/my/credit/{application.id}"
        page = self.url_open(f"{path}{link}")
        data = {"csrf_token": self._token(page), "action": action} | (typed or {})
        if link:
            data["access_token"] = application.access_token
        result = self.url_open(path, data=data, files=files)
        self.env.invalidate_all()
        return result

    def test_a_customer_fills_in_saves_and_sends(self):
        self._log_in(self.customer_user)
        application = self._start()
        self.assertEqual(application.partner_id, self.prospect)

        self._post(application, "save", {"legal_name": "Aceros", "phone": "1"})
        self.assertEqual(
            (application.legal_name, application.state), ("Aceros", "draft")
        )
        files = {f"file_{self.kind.id}": ("../../acta\u202e.exe", PDF)}
        page = self._post(application, "send", TYPED, files)

        self.assertEqual(application.state, "review")
        self.assertEqual(application.vat, "ANO010203AB0")
        self.assertEqual(application.limit_requested, 40000)
        self.assertEqual(len(application.reference_ids), 3)
        document = application.document_ids
        self.assertEqual(document.file_name, "acta.exe.pdf")
        self.assertEqual(document.verdict, "pending")
        self.assertIn("are looking at it", page.text)
        self.assertEqual(application.consent_by, "Rosa Pérez")
        self.assertIn(self.company.name, application.consent_text)
        self.assertFalse(application.requested_by_id)

    def test_what_is_missing_is_said_and_what_was_typed_stays(self):
        self._log_in(self.customer_user)
        application = self._start()

        page = self._post(
            application, "send", TYPED | {"limit_requested": "mucho", "vat": "X1"}
        )

        self.assertIn("“mucho” is not an amount", page.text)
        self.assertIn("“X1” is not one", page.text)
        self.assertIn('value="Proveedor 3"', page.text)
        self.assertEqual(application.state, "draft")
        self.assertFalse(application.reference_ids)

        typed = {name: text for name, text in TYPED.items() if name != "consent"}
        page = self._post(application, "send", typed)
        self.assertIn("accept the declaration", page.text)
        self.assertEqual(application.state, "draft")

    def test_a_mistyped_or_generic_rfc_says_what_to_do(self):
        self._log_in(self.customer_user)
        application = self._start()

        for vat, words in (
            ("ANO010203AB1", "one of them is mistyped"),
            ("XAXX010101000", "write your own RFC"),
            ("XEXX010101000", "write your own RFC"),
        ):
            page = self._post(application, "save", TYPED | {"vat": vat})
            self.assertIn("RFC: ", page.text)
            self.assertIn(words, page.text)
            self.assertIn(f'value="{vat}"', page.text)
            self.assertFalse(application.vat)

        # Some certificates say so: a colleague who looked at it wrote it.
        application.vat = "ANO010203AB1"
        self._post(application, "send", TYPED | {"vat": "ANO010203AB1"})
        self.assertEqual(application.state, "review")

    def test_a_colleague_does_not_send_a_generic_rfc_either(self):
        application = self._application(vat="XEXX010101000")

        with self.assertRaisesRegex(UserError, "write your own RFC"):
            application.action_send()

    def test_files_are_refused_by_size_and_content(self):
        self._log_in(self.customer_user)
        application = self._start()
        name = f"file_{self.kind.id}"

        for content, words in (
            (b"MZ\x90\x00", "is not a PDF"),
            (PDF + b"x" * MAX_BYTES, "is larger than 5 MB"),
            (b"", "is empty"),
        ):
            page = self._post(
                application, "save", TYPED, {name: ("<b>acta</b>.pdf", content)}
            )
            self.assertIn(words, page.text)
            self.assertNotIn("<b>acta", page.text)
        page = self._post(application, "save", TYPED, {"file_0": ("a.pdf", PDF)})
        self.assertIn("not asked for", page.text)
        self.assertFalse(application.document_ids)

    def test_an_uploaded_file_is_replaced_or_removed_until_it_is_accepted(self):
        self._log_in(self.customer_user)
        application = self._start()
        files = {f"file_{self.kind.id}": ("acta.pdf", PDF)}
        self._post(application, "save", TYPED, files)
        self._post(application, "save", TYPED, files)
        document = application.document_ids
        self.assertEqual(len(document), 1)

        document.verdict = "accepted"
        self._post(application, "save", TYPED | {"remove": str(document.id)})
        self.assertTrue(document.exists())
        document.verdict = "pending"
        self._post(application, "save", TYPED | {"remove": str(document.id)})
        self.assertFalse(document.exists())

    def test_adding_a_row_keeps_the_draft(self):
        self._log_in(self.customer_user)
        application = self._start()
        self.assertNotIn(
            "reference_name_4", self.url_open(f"/my/credit/{application.id}").text
        )

        page = self._post(application, "add", TYPED)

        self.assertIn("reference_name_4", page.text)
        self.assertEqual(len(application.reference_ids), 3)

    def test_a_checked_reference_keeps_its_verdict_unless_it_changes(self):
        self._log_in(self.customer_user)
        application = self._start()
        self._post(application, "save", TYPED)
        application.reference_ids.verdict = "good"

        self._post(application, "save", TYPED | {"reference_amount_1": "99,000"})

        verdicts = {one.name: one.verdict for one in application.reference_ids}
        self.assertEqual(
            verdicts,
            {"Proveedor 1": "none", "Proveedor 2": "good", "Proveedor 3": "good"},
        )

    def test_a_second_application_while_one_is_open_is_refused_with_a_message(self):
        self._log_in(self.customer_user)
        application = self._start()
        page = self.url_open(f"/my/credit/{application.id}")

        page = self.url_open("/my/credit/new", data={"csrf_token": self._token(page)})

        self.assertIn("already have an open application", page.text)
        found = application.search([("partner_id", "=", self.prospect.id)])
        self.assertEqual(found, application)

    def test_nothing_is_kept_without_the_page_s_own_token(self):
        self._log_in(self.customer_user)
        application = self._start()

        page = self.url_open(
            f"/my/credit/{application.id}", data={"action": "save", "legal_name": "X"}
        )

        self.assertEqual(page.status_code, 400)
        self.assertNotEqual(application.legal_name, "X")

    def test_another_customer_finds_nothing(self):
        application = self._application()
        self._log_in(self.stranger_user)

        for path in (
            f"/my/credit/{application.id}",
            f"/my/credit/{application.id}?access_token=wrong",
            "/my/credit/999999999",
        ):
            page = self.url_open(path)
            self.assertNotIn(application.name, page.text)
            self.assertTrue(page.url.endswith("/my/credit"))
        page = self.url_open("/my/credit")
        self.url_open(
            f"/my/credit/{application.id}",
            data={"csrf_token": self._token(page), "legal_name": "X"},
        )
        self.env.invalidate_all()
        self.assertEqual(application.legal_name, "Aceros del Norte")

    def test_an_invited_prospect_needs_no_account(self):
        application = self._application(
            legal_name=False, reference_ids=[], email="rosa@aceros.example"
        )
        application.action_invite()
        mail = self.env["mail.mail"].search(
            [("model", "=", application._name), ("res_id", "=", application.id)]
        )
        body = mail._prepare_outgoing_body()
        link = re.search(r"\?access_token=[0-9a-f-]+", body)[0]
        self.assertEqual(mail.email_to, "rosa@aceros.example")
        self._log_in()

        page = self._post(application, "send", TYPED, link=link)

        self.assertEqual(application.state, "review")
        self.assertIn("are looking at it", page.text)
        stranger = self.url_open(f"/my/credit/{application.id}", allow_redirects=False)
        self.assertEqual(stranger.status_code, 303)

    def test_what_we_found_out_never_leaves(self):
        application = self._evaluated(
            bureau_provider="Círculo",
            bureau_score=417,
            payment_capacity=12345,
            internal_note="<p>Familiar de un moroso</p>",
        )
        application.reference_ids.note = "Pagan tarde"
        secrets = ("417", "Círculo", "12,345", "moroso", "Pagan tarde", "Mayoreo")
        self._log_in(self.customer_user)
        path = f"/my/credit/{application.id}"

        review = self.url_open(path).text
        self._as("manager", application)._reject("Buró con atrasos")
        rejected = self.url_open(path).text
        self._as("manager", application)._take_back("Presentó aval")
        self._as("manager", application).action_approve()
        approved = self.url_open(path).text

        for page in (review, rejected, approved):
            # Tokens and names of files hold any three digits, some day.
            told = re.sub(r"[0-9a-f]{7,}\w*", "", page)
            for secret in (*secrets, "Buró con atrasos"):
                self.assertNotIn(secret, told)
        self.assertIn("At this moment we cannot grant", rejected)
        self.assertIn("40,000.00", approved)
        self.assertNotIn('name="legal_name"', approved)

    def test_what_was_sent_is_not_changed_from_an_old_page(self):
        self._log_in(self.customer_user)
        application = self._start()
        old = self.url_open(f"/my/credit/{application.id}")
        self._post(application, "send", TYPED)

        page = self.url_open(
            f"/my/credit/{application.id}",
            data=TYPED
            | {
                "csrf_token": self._token(old),
                "limit_requested": "9",
                "action": "save",
            },
        )
        self.env.invalidate_all()

        self.assertIn("was sent already", page.text)
        self.assertEqual(application.limit_requested, 40000)

    def test_the_page_can_be_switched_off(self):
        self.company.receivables_portal_application = False
        self._log_in(self.customer_user)

        self.assertTrue(self.url_open("/my/credit").url.endswith("/my"))

    def test_a_colleague_looks_at_the_page_but_does_not_fill_it_in(self):
        application = self._application()
        self._log_in(self.users["collector"])
        page = self.url_open(f"/my/credit/{application.id}")
        self.assertIn(application.name, page.text)

        self.url_open(
            f"/my/credit/{application.id}",
            data={"csrf_token": self._token(page), "legal_name": "X"},
        )
        self.env.invalidate_all()

        self.assertEqual(application.legal_name, "Aceros del Norte")

    def test_a_colleague_with_the_link_does_not_speak_for_the_customer(self):
        application = self._application(by="manager", legal_name=False)
        link = application.action_open_portal()["url"].partition("/my/credit/")[2]
        self._log_in(self.users["manager"])

        self._post(
            application, "send", TYPED, link=link.removeprefix(f"{application.id}")
        )

        self.assertEqual(application.state, "draft")
        self.assertFalse(application.legal_name or application.consent_on)

    def test_a_number_from_abroad_that_we_have_is_kept(self):
        self.prospect.vat = "12-3456789"
        self._log_in(self.customer_user)
        application = self._start()

        self._post(application, "save", TYPED | {"vat": "12-3456789"})

        self.assertEqual(application.vat, "12-3456789")
        self.assertEqual(len(application.reference_ids), 3)
        page = self._post(application, "save", TYPED | {"vat": "98-3456789"})
        self.assertIn("is not one", page.text)

    def test_what_no_form_sends_is_answered(self):
        self._log_in(self.customer_user)
        application = self._start()
        path = f"/my/credit/{application.id}"

        self._post(application, "save", TYPED | {"email": "rosa\x00@aceros.example"})
        self.assertEqual(application.email, "rosa@aceros.example")
        page = self._post(
            application, "save", TYPED, {f"file_{'9' * 5000}": ("acta.pdf", PDF)}
        )
        self.assertEqual(page.status_code, 200)
        self.assertFalse(application.document_ids)
        self._log_in()
        page = self.url_open(f"{path}?access_token=é")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(application.name, page.text)

    def test_the_address_is_kept_to_the_visitor(self):
        application = self._application()
        page = self.url_open(application.sudo().get_portal_url())

        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
