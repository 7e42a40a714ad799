"""A protective stop must exist where the profile wants one, and lie on the losing side."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "valid_stop"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass when the stop is a positive price below the entry of a long, or above that of a short.

    Without a stop: pass only where the profile uses none. A long whose ATR stop would lie at zero or below cannot
    be stopped at all and is refused.
    """
    stop = request.stop
    if stop is None:
        if profile.stop == "none":
            return Finding(NAME, True, request.price, math.nan, "")
        return Finding(
            NAME, False, request.price, math.nan, f"no stop: the {profile.stop} distance is not known yet"
        )
    if not math.isfinite(stop) or stop <= 0.0:
        return Finding(NAME, False, 0.0, stop, f"stop {stop:.6g} is not a positive price")
    passed = stop < request.price if request.is_long else stop > request.price
    side, relation = ("long", "below") if request.is_long else ("short", "above")
    text = (
        "" if passed else f"the stop of a {side} must lie {relation} {request.price:.6g}; received {stop:.6g}"
    )
    return Finding(NAME, passed, request.price, stop, text)
