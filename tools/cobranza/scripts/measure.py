"""Measure the suite on the ledger of ``ledger.py``; a line of JSON for each figure.

Read from standard input by an Odoo shell; what it measures is in ``measuring``.
"""

import os
import sys

sys.path.insert(0, os.environ["COBRANZA_BENCH_SCRIPTS"])

from measuring import documents, dunning, pages, payments, sheets  # noqa: E402
from measuring.meter import uncommitted  # noqa: E402

is_full = os.environ["COBRANZA_BENCH_IS_FULL"] == "1"
# A page is asked for as a visitor does, so its link has to be there to stay.
pages.measure(env)
with uncommitted(env):
    dunning.measure(env, is_full)
    sheets.measure(env)
    documents.measure(env)
    payments.measure(env)
