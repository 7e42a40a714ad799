"""Whether the trading day is over for a day trader. Requires: bar time. Gives: an answer, to exits and a gate."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from bt_risk.rules.profile import RiskProfile

_DAY = 24 * 60 * 60


def is_end_of_day(
    now: dt.time,
    *,
    is_last_bar: bool = False,
    profile: RiskProfile,
    session_start: dt.time = dt.time.min,
) -> bool:
    """Return whether positions are to be closed and entries denied, at ``end_of_day`` and after; False when off.

    `is_last_bar` says that the session has no later bar. It counts for a time of day too: on a shortened day the
    time may never come, and nothing is to be held overnight. `session_start` orders the times of a session that
    crosses midnight: with a start at 18:00, 17:00 is late and 19:00 is early.
    """
    if profile.end_of_day is None:
        return False
    if is_last_bar or profile.end_of_day == "last_bar":
        return is_last_bar
    begin = _seconds(session_start)
    elapsed = (_seconds(now) - begin) % _DAY
    return elapsed >= (_seconds(_parsed(profile.end_of_day)) - begin) % _DAY


@lru_cache(maxsize=16)
def _parsed(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def _seconds(time: dt.time) -> float:
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6
