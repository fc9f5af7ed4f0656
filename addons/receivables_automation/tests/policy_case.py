from .credit_case import CreditCase

MANAGER = "receivables_automation.group_receivables_manager"


class PolicyCase(CreditCase):
    """A finance manager who changes the policy in force, `first` being its version."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("policy_manager", MANAGER)
        cls.first = cls.policy.version_id

    def _draft_change(self, **terms):
        """Return the version in preparation, as the button opens it."""
        policy = self.policy.with_user(self.manager)
        action = policy.action_change()
        version = policy.env[action["res_model"]].browse(action["res_id"])
        version.write(terms)
        return version

    def _effect(self, version):
        action = version.action_review_effect()
        return version.env[action["res_model"]].browse(action["res_id"])
