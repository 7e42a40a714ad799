"""How long a position may and must be held. Requires: bar times. Gives: answers, to the exit decision."""

from __future__ import annotations

import datetime as dt

from bt_risk.maths.limits import at_least
from bt_risk.rules.profile import RiskProfile


def held_hours(opened: dt.datetime, now: dt.datetime) -> float:
    """Return the hours between two bar times; nights and weekends count."""
    return (now - opened).total_seconds() / 3600.0


def is_held_too_long(hours: float, bars: int, profile: RiskProfile) -> bool:
    """Return whether ``max_hold`` hours or ``max_hold_bars`` bars have passed since the entry, at their value."""
    if profile.max_hold is not None and at_least(hours, profile.max_hold):
        return True
    return profile.max_hold_bars is not None and bars >= profile.max_hold_bars


def signal_wait(hours: float, profile: RiskProfile) -> float:
    """Return the hours for which ``min_hold`` still defers a signal exit; 0 from its value on, and when off."""
    if profile.min_hold is None or at_least(hours, profile.min_hold):
        return 0.0
    return profile.min_hold - hours
