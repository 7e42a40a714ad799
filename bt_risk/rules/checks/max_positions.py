"""Limit on the number of positions, entries on their way counted."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "max_positions"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass when one more position stays within ``max_positions``; always when the limit is off."""
    after = book.positions + book.pending + 1
    if profile.max_positions is None:
        return Finding(NAME, True, math.inf, float(after), "")
    passed = after <= profile.max_positions
    text = (
        ""
        if passed
        else f"{after - 1} positions are open or on their way, the limit is {profile.max_positions}"
    )
    return Finding(NAME, passed, float(profile.max_positions), float(after), text)
