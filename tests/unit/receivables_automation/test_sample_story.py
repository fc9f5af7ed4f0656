from collections import Counter
from decimal import Decimal

from stdnum.mx import rfc

from odoo.addons.receivables_automation.core.sample_story import CUSTOMERS, story


def test_every_invoice_belongs_to_a_customer_of_the_story():
    assert {invoice.customer for invoice in story().invoices} == {
        customer.key for customer in CUSTOMERS
    }


def test_every_tax_number_is_an_rfc_and_stands_once():
    numbers = [customer.vat for customer in CUSTOMERS]

    assert [number for number in numbers if not rfc.is_valid(number)] == []
    assert max(Counter(numbers).values()) == 1


def test_nobody_pays_more_than_an_invoice_or_before_it():
    for invoice in story().invoices:
        assert sum(share for _, share in invoice.payments) <= Decimal(1)
        assert all(0 <= day <= invoice.issued for day, _ in invoice.payments)


def test_invoices_come_in_the_order_of_the_calendar():
    issued = [invoice.issued for invoice in story().invoices]

    assert issued == sorted(issued, reverse=True)
    assert min(issued) >= 0
