"""No entry while the account is halted, or while its value is unknown."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "halt"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass when nothing halts the account and its equity is positive and finite.

    A halt goes by the name of the rule that ordered it, such as ``"daily_loss"``.
    """
    if book.halted:
        return Finding(book.halted_by or NAME, False, math.nan, book.equity, book.halted)
    if not (math.isfinite(book.equity) and book.equity > 0.0):
        return Finding(NAME, False, 0.0, book.equity, f"equity is {book.equity:.2f}")
    return Finding(NAME, True, 0.0, book.equity, "")
