"""Limit on the number of positions, entries on their way counted."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "max_positions"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass when one more position stays within ``max_positions``; always when the limit is off.

    An add takes no further place.
    """
    limit = math.inf if profile.max_positions is None else float(profile.max_positions)
    after = book.others + 1
    passed = after <= limit
    text = "" if passed else f"{after - 1} positions are open or on their way, the limit is {limit:g}"
    return Finding(NAME, passed, limit, float(after), text)
