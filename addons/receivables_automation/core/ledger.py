"""What the ledger says of some debtors, as columns: the source of their facts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .debtor_facts import OpenItems
from .groups import Groups, pairs
from .item_history import Entries, Items, Settlements, history


@dataclass(frozen=True, slots=True)
class Debtors:
    """Customers of companies, in the order of their numbers: a value each.

    ``today`` is the day number in the company's time zone, ``digits`` the decimals of
    its currency.
    """

    company: np.ndarray
    partner: np.ndarray
    today: np.ndarray
    digits: np.ndarray

    @classmethod
    def of(
        cls,
        company: np.ndarray,
        partner: np.ndarray,
        today: Mapping[int, int],
        digits: Mapping[int, int],
    ) -> "Debtors":
        """Return the different pairs of company and partner (ids), in order.

        :param today: {company: day number}.
        :param digits: {company: decimals of its currency}.
        """
        keys = np.unique(_key(company, partner))
        company, partner = keys // 2**32, keys % 2**32
        known, place = np.unique(company, return_inverse=True)
        return cls(
            company=company,
            partner=partner,
            today=np.array([today[one] for one in known.tolist()], dtype=float)[place],
            digits=np.array([digits[one] for one in known.tolist()], dtype=float)[
                place
            ],
        )

    def __len__(self) -> int:
        return len(self.company)

    def numbers(self, company: np.ndarray, partner: np.ndarray) -> np.ndarray:
        """Return the number of each pair of ids; -1 for whoever is not among them."""
        own, wanted = _key(self.company, self.partner), _key(company, partner)
        if not len(own):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(own, wanted), len(own) - 1)
        return np.where(own[at] == wanted, at, -1)


@dataclass(frozen=True, slots=True)
class OpenAmounts:
    """What is left of entries (their rows): in company currency and in their own."""

    entry: np.ndarray
    residual: np.ndarray
    residual_currency: np.ndarray
    currency: np.ndarray


@dataclass(frozen=True, slots=True)
class Ledger:
    """The posted entries of ``debtors``, in order of id, and what settled them."""

    debtors: Debtors
    entries: Entries
    settlements: Settlements
    open: OpenAmounts

    def items(self) -> tuple[Items, Groups]:
        """Return the invoice items with what became of them, and of whom each is."""
        items = history(
            self.entries,
            self.settlements,
            self.debtors.today,
            10.0**-self.debtors.digits,
        )
        return items, Groups(items.debtor, len(self.debtors))

    def open_items(self) -> tuple[OpenItems, Groups]:
        """Return what is open in company currency, and of whom each is."""
        at = self.open.entry
        is_invoice, balance = self.entries.is_invoice[at], self.entries.balance[at]
        return self._opened(
            self.open.residual, np.where(is_invoice, balance, np.nan)
        ), Groups(self.entries.debtor[at], len(self.debtors))

    def open_in_currencies(self) -> tuple[OpenItems, Groups, np.ndarray, np.ndarray]:
        """Return what is open in its own currency, grouped by debtor and currency.

        The last two are the debtor and the currency (id) of each group.
        """
        debtor, currency = self.entries.debtor[self.open.entry], self.open.currency
        first, number = pairs(debtor, currency)
        items = self._opened(self.open.residual_currency, np.full(len(debtor), np.nan))
        return items, Groups(number, len(first)), debtor[first], currency[first]

    def _opened(self, residual, asked):
        at = self.open.entry
        due = self.entries.due[at].astype(float)
        return OpenItems(
            id=self.entries.id[at],
            due=due,
            days=self.debtors.today[self.entries.debtor[at]] - due,
            residual=residual,
            asked=asked,
        )

    def last_payments(self) -> np.ndarray:
        """Return per debtor the day of the last money that came in."""
        chosen = np.flatnonzero(self.entries.debtor >= 0)
        return Groups(self.entries.debtor[chosen], len(self.debtors)).greatest(
            self.entries.date[chosen],
            (self.entries.balance[chosen] < 0) & self.entries.is_money[chosen],
        )


def _key(company, partner):
    return np.asarray(company, dtype=np.int64) * 2**32 + np.asarray(partner, np.int64)
