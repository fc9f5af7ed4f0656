"""Arithmetic that rounds nothing away.

Python's own context keeps 28 digits, which a product of two long amounts exceeds.
"""

from decimal import ROUND_HALF_UP, Context

# A CFDI's number has up to 28 digits: a product of two and a sum of many fit.
WIDE = Context(prec=80, rounding=ROUND_HALF_UP)
