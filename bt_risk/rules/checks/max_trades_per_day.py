"""Limit on the entries of one session."""

from __future__ import annotations

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "max_trades_per_day"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when one more entry stays within ``max_trades_per_day``."""
    limit = profile.max_trades_per_day
    if limit is None:
        return None
    after = book.entries_today + 1
    passed = after <= limit
    text = "" if passed else f"{book.entries_today} entries were accepted today, the limit is {limit}"
    return Finding(NAME, passed, float(limit), float(after), text)
