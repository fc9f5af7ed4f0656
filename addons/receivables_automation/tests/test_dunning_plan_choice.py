from odoo.tests import tagged

from .dunning_case import DunningCase


@tagged("post_install", "-at_install")
class TestDunningPlanChoice(DunningCase):
    """Which plan a debtor has, and who answers for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gentle = cls.plan.copy({"name": "Gentle", "sequence": 200})
        # Here only one segment has a plan of its own.
        cls.env["receivables.segment"].search([]).dunning_plan_id = False
        cls.segment = cls.env.ref(
            "receivables_automation.receivables_segment_fortuitous"
        )
        cls.segment.dunning_plan_id = cls.gentle
        cls.other = cls._customer("Otra", email="pagos@otra.example")
        cls._due_each([(3, cls.customer, 100.0), (3, cls.other, 100.0)])
        profiles = cls.env["receivables.profile"]._ensure_rows(
            cls.company, cls.customer | cls.other
        )
        profile = profiles.filtered(lambda one: one.partner_id == cls.customer)
        profile._set_segment(cls.segment, "A flood in the shop", None)

    def _plans(self):
        debtors = self.customer | self.other
        plans = self.env["receivables.dunning.plan"]._of_debtors(self.company, debtors)
        return [plans[debtor.id] for debtor in debtors]

    def test_the_segment_s_plan_goes_before_the_usual_one(
        self,
    ):
        self.assertEqual(self._plans(), [self.gentle, self.plan])
        steps = self._preview().notice_ids.step_id
        self.assertEqual(steps.plan_id, self.gentle | self.plan)

    def test_a_plan_that_is_archived_or_another_company_s_is_not_used(self):
        self.gentle.active = False
        self.assertEqual(self._plans(), [self.plan, self.plan])
        self.gentle.active = True
        self.gentle.company_id = self.env["res.company"].create({"name": "Other"})

        self.assertEqual(self._plans(), [self.plan, self.plan])

    def test_the_collector_answers_for_a_debtor_before_the_salesperson(self):
        seller = self._user("seller", "sales_team.group_sale_salesman")
        (self.customer | self.other).user_id = seller
        self.customer.receivables_collector_id = self.collector

        people = (self.customer | self.other)._receivables_persons_in_charge(
            self.company
        )

        self.assertEqual(people[self.customer.id], self.collector)
        self.assertEqual(people[self.other.id], seller)
