"""The stop that a position starts with when the strategy names none. Requires: profile, ATR. Gives: a price."""

from __future__ import annotations

import math

from bt_risk.maths.stops import atr_stop, fixed_stop
from bt_risk.rules.profile import RiskProfile


def initial_stop(price: float, atr: float, *, is_long: bool, profile: RiskProfile) -> float | None:
    """Return the profile's protective stop for an entry at `price`.

    None where the profile uses no stop, or where the ATR is not known yet; NaN where the distance is so wide that
    the stop of a long would lie at zero or below.
    """
    if profile.stop == "fixed":
        return fixed_stop(price, profile.fixed_stop, is_long=is_long)
    if profile.stop == "none" or math.isnan(atr):
        return None
    return atr_stop(price, atr, profile.atr_stop, is_long=is_long)
