"""The commands behind ``./cobranza``: set up, run, test and measure the suite.

Standard library only: it runs before anything is installed.
"""
