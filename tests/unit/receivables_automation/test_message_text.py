import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.message_text import (
    UnknownPlaceholder,
    find_link_ids,
    placeholder,
    put_in_addresses,
)

ADDRESS = "https://cobranza.example/pay/AbC-123_x"


def test_the_address_stands_where_the_placeholder_stood():
    text = f"<a href='{placeholder(12)}'>Pagar</a> {placeholder(12)}."

    assert put_in_addresses(text, {12: ADDRESS}) == (
        f"<a href='{ADDRESS}'>Pagar</a> {ADDRESS}."
    )


@pytest.mark.parametrize(
    "encoded",
    [
        "%7B%7Bpay:12%7D%7D",
        "%7b%7bpay%3a12%7d%7d",
        "%7B%7Bpay%3A12%7D%7D",
        "{{PAY:12}}",
    ],
)
def test_a_placeholder_is_known_however_html_wrote_it(encoded):
    assert find_link_ids(f"<a href='{encoded}'>") == (12,)
    assert put_in_addresses(encoded, {12: ADDRESS}) == ADDRESS


def test_ids_are_found_once_each_in_order():
    assert find_link_ids("{{pay:9}}{{pay:2}} {{pay:9}}") == (9, 2)


@pytest.mark.parametrize(
    "text", ["", "{{ other }}", "{pay:1}", "{{object.name}}", "pay:1"]
)
def test_other_text_stays_as_it_is(text):
    assert find_link_ids(text) == ()
    assert put_in_addresses(text, {}) == text


@pytest.mark.parametrize("addresses", [{}, {2: ADDRESS}, {1: ""}])
def test_a_link_without_address_is_refused(addresses):
    with pytest.raises(UnknownPlaceholder) as refusal:
        put_in_addresses("{{pay:1}}", addresses)

    assert refusal.value.names == ("1",)


@pytest.mark.parametrize(
    "name", ["", "x", "0", "01", "-1", " 1", "1;2", "٣", "1\n", "9" * 19]
)
def test_a_placeholder_that_holds_no_id_is_refused(name):
    with pytest.raises(UnknownPlaceholder) as refusal:
        put_in_addresses(f"{{{{pay:{name}}}}}", {1: ADDRESS})

    assert refusal.value.names == (name,)


def test_an_address_is_not_read_for_placeholders_again():
    assert put_in_addresses("{{pay:1}}", {1: "{{pay:2}}"}) == "{{pay:2}}"


@given(st.lists(st.one_of(st.integers(1, 10**12), st.text("abc {}:%"))))
def test_all_placeholders_and_nothing_else_are_replaced(parts):
    separator = "\n"
    ids = {part for part in parts if isinstance(part, int)}
    text = separator.join(
        placeholder(part) if isinstance(part, int) else part for part in parts
    )

    sent = put_in_addresses(text, {link_id: f"<{link_id}>" for link_id in ids})

    assert sent == separator.join(
        f"<{part}>" if isinstance(part, int) else part for part in parts
    )
