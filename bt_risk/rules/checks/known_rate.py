"""No entry in a currency whose rate is not known."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "known_rate"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when the instrument's currency has a rate; off at a rate of 1, as in the account's own currency."""
    if request.rate == 1.0:
        return None
    passed = math.isfinite(request.rate) and request.rate > 0.0
    text = "" if passed else f"{request.data}: the rate of its currency is not known on this bar"
    return Finding(NAME, passed, math.nan, request.rate, text)
