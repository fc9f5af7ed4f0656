"""Debtors made from causes, to see whether segments tell them apart.

A debtor here is a process: it buys, is reminded and called, and pays as somebody does
who has a cash gap, forgets, refuses, ignores, or found an error. Nothing in it knows of
the conditions of segments. `facts` reads the history that came out as a stranger would.
"""
