"""Credit assessment: a debtor's situation and the terms it is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from .credit_rules import ZERO, Exposure, Finding, Situation, Terms, check, state_of


@dataclass(frozen=True, slots=True)
class Assessment:
    """A debtor under the version of a policy; ``terms`` is None without policy.

    Company, partner, version and the reward that raises the limit, None without one,
    are the caller's own records: nothing here looks into them.
    """

    company: Any
    partner: Any
    version: Any
    terms: Terms | None
    situation: Situation
    reward: Any = None

    @property
    def exposure(self) -> Exposure:
        """Return the exposure without any new document."""
        return self.situation.exposure

    def findings(
        self, extra: Decimal = ZERO, instructions: Sequence[str] = ()
    ) -> list[Finding]:
        """Return what the rules say to a document that adds ``extra``."""
        if self.terms is None:
            return []
        return check(self.terms, self.before(extra, instructions))

    def before(
        self, extra: Decimal = ZERO, instructions: Sequence[str] = ()
    ) -> Situation:
        """Return the situation before a document, with what only it can lack."""
        return replace(
            self.situation,
            extra=extra,
            instructions=(*self.situation.instructions, *instructions),
        )

    @property
    def state(self) -> str:
        """Return `ok`, `warning` or `hold` without any new document."""
        return state_of(self.findings())
