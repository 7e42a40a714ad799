"""No entry from the time at which positions are closed for the day."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.exits.end_of_day import is_end_of_day
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "end_of_day"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass before ``end_of_day``, and before the session's last bar; fail where the bar's time is not known."""
    end, time = profile.end_of_day, request.time
    if end is None:
        return None
    if time is None:
        return Finding(NAME, False, math.nan, math.nan, "the bar is of an unknown time")
    is_over = is_end_of_day(
        time, is_last_bar=request.is_last_bar, profile=profile, session_start=request.session_start
    )
    text = f"the day ends with {end}, the bar is of {time}" if is_over else ""
    return Finding(NAME, not is_over, math.nan, math.nan, text)
