"""What a CFDI is to the company that imports it, and what becomes of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .cfdi_values import Cfdi
from .messages import describe


class Role(StrEnum):
    """On which side of a CFDI the company stands."""

    ISSUED = "issued"
    RECEIVED = "received"
    BOTH = "both"
    NEITHER = "neither"


class Action(StrEnum):
    """What the import does: to the ledger, kept only, or set aside as a fault."""

    APPLY = "apply"
    IGNORE = "ignore"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and what it came from; ``reason`` is a key of ``MESSAGES``."""

    role: Role
    action: Action
    reason: str
    values: Mapping[str, str]

    @property
    def message(self) -> str:
        """The English sentence."""
        return describe(self.reason, self.values)


_NO_RECEIVABLE = {"N": "role_payroll", "T": "role_transfer"}


def decide(cfdi: Cfdi, company_rfcs: Collection[str]) -> Verdict:
    """Return what the import does with a CFDI in a company.

    ``company_rfcs`` are the company's own, in upper case (more than one after a change
    of RFC). Types I, E and P that the company issued to somebody else are applied;
    received ones, N, T and those to itself are kept and ignored; a document of
    strangers is refused.
    """
    is_issuer = cfdi.issuer.rfc in company_rfcs
    is_receiver = cfdi.receiver.rfc in company_rfcs
    values = {
        "issuer": cfdi.issuer.rfc,
        "receiver": cfdi.receiver.rfc,
        "company": ", ".join(sorted(company_rfcs)),
    }
    if not is_issuer and not is_receiver:
        return Verdict(Role.NEITHER, Action.REFUSE, "role_not_ours", values)
    if is_issuer and is_receiver:
        reason = _NO_RECEIVABLE.get(cfdi.type, "role_self")
        return Verdict(Role.BOTH, Action.IGNORE, reason, values)
    if is_receiver:
        return Verdict(Role.RECEIVED, Action.IGNORE, "role_received", values)
    if cfdi.type in _NO_RECEIVABLE:
        reason = _NO_RECEIVABLE[cfdi.type]
        return Verdict(Role.ISSUED, Action.IGNORE, reason, values)
    return Verdict(Role.ISSUED, Action.APPLY, "role_issued", values)
