"""No entry while the circuit breaker is open."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "breaker"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Fail while the breaker is open; half open it passes, at a part of the normal size."""
    if not book.is_breaker_open:
        return None
    return Finding(NAME, False, math.nan, math.nan, "the circuit breaker is open")
