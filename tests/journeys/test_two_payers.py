"""Two people open one payment link: one of them pays, the other is told."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from time import time
from urllib.request import Request

import pytest
from cobranza.postgres import sql
from cobranza.serving import DIRECT
from journeys.rpc import call
from playwright.sync_api import Page, expect

SOMEBODY_PAYS = "Alguien está pagando esto en este momento"
# What the one who came second is told depends on how far the first has come.
TOLD = re.compile(
    f"{SOMEBODY_PAYS}|Recibimos un pago de"
    "|Una de estas facturas ya (?:está pagada|no se puede pagar aquí)"
)
RECEIPT = re.compile(r"/pay/receipt/")
# Time for both pages to be ready for the moment at which both are pressed.
SOON_MS = 1500
PAYERS = 6


@dataclass(frozen=True)
class Debt:
    """One open invoice, and the address at which its customer pays."""

    site: object
    address: str
    item: int
    ask: Callable[[str], list[str]]

    def transactions(self) -> list[str]:
        """Return the states of the transactions that ask for this invoice."""
        return self.ask(
            "SELECT t.state FROM payment_transaction t"
            " JOIN payment_link_quote q ON q.transaction_id = t.id"
            " JOIN payment_link_quote_line l ON l.quote_id = q.id"
            f" WHERE l.move_line_id = {self.item} ORDER BY t.id"
        )

    def payments(self) -> int:
        """Return how many payments settled this invoice."""
        [count] = self.ask(
            "SELECT count(*) FROM account_partial_reconcile"
            f" WHERE debit_move_id = {self.item}"
        )
        return int(count)

    def is_settled(self) -> bool:
        return self.ask(
            f"SELECT reconciled FROM account_move_line WHERE id = {self.item}"
        ) == ["t"]


@pytest.fixture
def debt_of(here, site, log_in) -> Callable[[str], Debt]:
    """Return a function that makes a link for a customer's newest open invoice.

    Each test takes a customer of its own, as the tests share one company.
    """

    def ask(text: str) -> list[str]:
        return sql(here.settings, here.environment, site.database, text).splitlines()

    def make(customer: str) -> Debt:
        item = ask(
            "SELECT l.id FROM account_move_line l"
            " JOIN account_account a ON a.id = l.account_id"
            " JOIN res_partner p ON p.id = l.partner_id"
            " WHERE a.account_type = 'asset_receivable' AND NOT l.reconciled"
            " AND l.parent_state = 'posted' AND l.amount_residual > 0"
            f" AND p.name LIKE '{customer}%' ORDER BY l.id DESC LIMIT 1"
        )
        page = log_in("finanzas")
        ids = [int(item[0])]
        action = call(page, "account.move.line", "action_payment_link", ids)
        [link] = call(page, "payment.link", "read", [action["res_id"]], ["url"])
        return Debt(site, link["url"], ids[0], ask)

    return make


def _choose_and_fill(phone: Page, debt: Debt) -> None:
    """Bring a payer to where only the last button is left to press."""
    phone.goto(f"{debt.address}?step=pay&item={debt.item}")
    phone.fill("input[name=customer_input]", "4111 1111 1111 1111")
    expect(phone.locator("button[name=o_payment_submit_button]")).to_be_enabled()


def _is_paid(phone: Page) -> bool:
    """Return whether this payer came to the receipt; the other one is told."""
    paid = phone.locator("[role=img].fa-check-circle")
    told = phone.get_by_text(TOLD)
    expect(paid.or_(told).first).to_be_visible(timeout=60_000)
    return bool(RECEIPT.search(phone.url))


def _press_together(phones: list[Page]) -> None:
    """Press the last button in all browsers, by the one clock of this machine."""
    at = int(time() * 1000) + SOON_MS
    for phone in phones:
        phone.evaluate(
            """at => void setTimeout(
                () => document.querySelector('[name=o_payment_submit_button]').click(),
                at - Date.now())""",
            at,
        )


def _post_together(debt: Debt, body: dict) -> list[dict]:
    """Return what the server answers to payers who ask in one moment, all strangers."""
    barrier = Barrier(PAYERS)
    request = Request(  # noqa: S310 - our own server
        f"{debt.address}/transaction",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )

    def post(_payer: int) -> dict:
        barrier.wait()
        with DIRECT.open(request, timeout=120) as answer:
            return json.load(answer)

    with ThreadPoolExecutor(PAYERS) as pool:
        return list(pool.map(post, range(PAYERS)))


def test_two_browsers_that_pay_at_the_same_moment_pay_once(debt_of, new_phone):
    debt = debt_of("Ferretería El Águila")
    phones = [new_phone(debt.site), new_phone(debt.site)]
    for phone in phones:
        _choose_and_fill(phone, debt)

    _press_together(phones)
    paid = [_is_paid(phone) for phone in phones]

    assert sorted(paid) == [False, True]
    assert debt.transactions() == ["done"]
    assert debt.payments() == 1
    assert debt.is_settled()


def test_many_requests_at_the_same_moment_start_one_payment(debt_of, new_phone):
    debt = debt_of("Clínica Santa Lucía")
    phone = new_phone(debt.site)
    _choose_and_fill(phone, debt)
    offered = phone.locator("input[name=o_payment_radio]").first
    params = {
        "provider_id": int(offered.get_attribute("data-provider-id")),
        "payment_method_id": int(offered.get_attribute("data-payment-option-id")),
        "flow": "direct",
        "item_ids": [debt.item],
    }

    answers = _post_together(debt, {"jsonrpc": "2.0", "params": params})

    refused = [answer["error"] for answer in answers if "error" in answer]
    assert len(answers) - len(refused) == 1
    for error in refused:
        assert TOLD.search(error["data"]["message"])
    assert debt.transactions() == ["draft"]
    assert debt.payments() == 0


def test_payer_who_gives_up_locks_nobody_out(debt_of, new_phone):
    debt = debt_of("Perfiles del Bajío")
    looked, gave_up, other = (new_phone(debt.site) for _ in range(3))
    # Whoever only looks at the provider's form holds nobody.
    _choose_and_fill(looked, debt)
    looked.close()
    _choose_and_fill(gave_up, debt)
    gave_up.route("**/payment/demo/**", lambda route: route.abort())
    with gave_up.expect_event("requestfailed"):
        gave_up.click("button[name=o_payment_submit_button]")
    gave_up.close()
    assert debt.transactions() == ["draft"]

    other.goto(f"{debt.address}?step=pay&item={debt.item}")
    expect(other.get_by_text(SOMEBODY_PAYS)).to_be_visible()

    # Ten minutes later, by the clock that the attempt was given.
    debt.ask(
        "UPDATE payment_link_quote"
        " SET valid_until = valid_until - interval '11 minutes'"
        " WHERE id IN (SELECT quote_id FROM payment_link_quote_line"
        f" WHERE move_line_id = {debt.item})"
    )
    _choose_and_fill(other, debt)
    other.click("button[name=o_payment_submit_button]")

    assert _is_paid(other)
    assert debt.transactions() == ["draft", "done"]
    assert debt.payments() == 1
    assert debt.is_settled()
