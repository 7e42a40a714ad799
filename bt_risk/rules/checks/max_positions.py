"""Limit on the number of positions, entries on their way counted."""

from __future__ import annotations

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "max_positions"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when one more position stays within ``max_positions``."""
    limit = profile.max_positions
    if limit is None:
        return None
    after = book.positions + book.pending + 1
    passed = after <= limit
    text = "" if passed else f"{after - 1} positions are open or on their way, the limit is {limit}"
    return Finding(NAME, passed, float(limit), float(after), text)
