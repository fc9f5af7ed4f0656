from . import receivables_credit_decision
from . import receivables_segment_change
from . import receivables_dunning_explanation
from . import receivables_promise_cancel
from . import receivables_override_grant
from . import receivables_policy_effect
from . import receivables_policy_effect_line
from . import receivables_dispute_close
