from odoo.tests import TransactionCase, tagged

ADDONS = ("receivables_automation", "mx_sat_sync", "payment_links")


@tagged("post_install", "-at_install")
class TestModels(TransactionCase):
    """What holds for every model of the suite, those of later versions included."""

    def _own_models(self):
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.model"), ("module", "in", ADDONS)]
        )
        models = self.env["ir.model"].browse(data.mapped("res_id"))
        return [
            self.env[model.model]
            for model in models
            if self.env[model.model]._original_module in ADDONS
        ]

    def test_models_with_a_company_have_a_rule_for_it(self):
        ruled = set(self.env["ir.rule"].search([("global", "=", True)]).model_id.ids)
        without = [
            model._name
            for model in self._own_models()
            if "company_id" in model._fields
            and model._auto
            and not model.is_transient()
            and self.env["ir.model"]._get_id(model._name) not in ruled
        ]

        self.assertFalse(without)

    def test_internal_users_have_no_right_on_our_models_by_default(self):
        user = self.env.ref("base.group_user")
        everybody = [("group_id", "in", [user.id, False])]
        rights = self.env["ir.model.access"].search(everybody)
        ours = {model._name for model in self._own_models()}

        self.assertFalse(ours & set(rights.mapped("model_id.model")))

    def test_stored_fields_of_core_s_moves_are_not_added(self):
        added = [
            name
            for model in ("account.move", "account.move.line")
            for name, field in self.env[model]._fields.items()
            if field.store
            and field.column_type
            and (set(field._modules) & set(ADDONS))
            and not (set(field._modules) - set(ADDONS))
        ]

        self.assertFalse(added, "Our state lives in our own tables.")
