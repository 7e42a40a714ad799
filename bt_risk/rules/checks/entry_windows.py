"""Times of day in which entries are allowed."""

from __future__ import annotations

import datetime as dt
import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "entry_windows"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when the bar's time lies in a window, both ends included."""
    if not profile.entry_windows:
        return None
    time = request.time
    passed = time is not None and any(
        dt.time.fromisoformat(begin) <= time <= dt.time.fromisoformat(end)
        for begin, end in profile.entry_windows
    )
    listed = ", ".join(f"{begin}-{end}" for begin, end in profile.entry_windows)
    text = "" if passed else f"entries are allowed at {listed}, the bar is of {time or 'an unknown time'}"
    return Finding(NAME, passed, math.nan, math.nan, text)
