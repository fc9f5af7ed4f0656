"""Who may read what, for every model that the suite brings, also those to come."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

ADDONS = ("receivables_automation", "mx_sat_sync", "payment_links")
AUDITOR = "receivables_automation.group_receivables_auditor"


@tagged("post_install", "-at_install")
class TestRights(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            cls.env[name]
            for name in sorted(cls.env.registry)
            if cls.env[name]._original_module in ADDONS and not cls.env[name]._abstract
        ]
        cls.lasting = [model for model in cls.models if not model._transient]

    def _may(self, model, user, operation):
        return model.with_user(user).has_access(operation)

    def test_the_suite_has_models_to_check(self):
        self.assertIn("receivables.payment.key", [model._name for model in self.models])

    def test_a_user_without_our_groups_reads_and_writes_none(self):
        for group in ("base.group_user", "base.group_portal", "base.group_public"):
            user = new_test_user(self.env, f"rights_{group}", groups=group)
            for model in self.models:
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(group=group, model=model._name, op=operation):
                        self.assertFalse(self._may(model, user, operation))

    def test_reading_without_rights_is_refused_by_rpc(self):
        user = new_test_user(self.env, "rights_rpc", groups="base.group_user")
        for model in self.models:
            with self.subTest(model=model._name), self.assertRaises(AccessError):
                model.with_user(user).search_read([], limit=1)

    def test_the_auditor_writes_nothing(self):
        auditor = new_test_user(self.env, "rights_auditor", groups=AUDITOR)
        for model in self.lasting:
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model._name, operation=operation):
                    self.assertFalse(self._may(model, auditor, operation))
