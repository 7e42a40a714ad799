"""Bars of an account, as short as a table needs them."""

from __future__ import annotations

import datetime as dt
from math import isfinite, nan

from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.notice import Action, Notice

FIRST = dt.date(2024, 1, 1)
# A spike that denies entries, and one that is only told.
JUMP = Notice("volatility_spike", "warning", "a jump", 4.0, 3.0, Action.DENY_ENTRIES, "A")
TOLD = Notice("price_spike", "info", "a jump", 4.0, 3.0, data="A")


def bar(day, equity, *, hour=16, **seen):
    """Return an observation of the session `day` days after the first one."""
    session = FIRST + dt.timedelta(days=day)
    return Observation(session, dt.datetime.combine(session, dt.time(hour)), equity, **seen)


def play(step, state, bars, profile):
    """Return (the states, the notices) after each bar, filling in the equity before it."""
    states, notices = [], []
    known = nan
    for seen in bars:
        state, found = step(state, seen._replace(previous_equity=known), profile)
        states.append(state)
        notices.append(found)
        if isfinite(seen.equity):
            known = seen.equity
    return states, notices
