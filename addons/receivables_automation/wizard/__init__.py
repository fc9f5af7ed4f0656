from . import receivables_segment_change
from . import receivables_dunning_explanation
from . import receivables_promise_cancel
