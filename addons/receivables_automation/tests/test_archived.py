from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestArchived(TransactionCase):
    def test_what_can_be_archived_can_be_found_again(self):
        # Steps are listed in their plan only.
        models = [
            self.env[name]
            for name, model in self.registry.items()
            if name.startswith("receivables.")
            and not (model._abstract or model._transient)
            and "active" in model._fields
            and name != "receivables.dunning.step"
        ]
        self.assertGreater(len(models), 5)
        for model in models:
            with self.subTest(model._name):
                arch = model.get_view(view_type="search")["arch"]
                self.assertIn("[('active', '=', False)]", arch)
