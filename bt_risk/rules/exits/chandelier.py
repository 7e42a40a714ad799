"""Stop hung from the best price since the entry. Requires: extreme, R, ATR. Gives: a level, to the next stop."""

from __future__ import annotations

from math import nan

from bt_risk.maths.limits import at_least
from bt_risk.maths.stops import chandelier_stop
from bt_risk.rules.profile import RiskProfile


def chandelier(
    entry: float, best: float, *, risk: float, atr: float, is_long: bool, profile: RiskProfile
) -> float:
    """Return the stop ``trail_atr`` ATR from `best`, the highest price since the entry of a long (LeBeau).

    `risk` is one R as a distance in price. NaN until the gain has reached ``trail_activation`` R, at its value,
    and where R or the ATR is not known.
    """
    gain = best - entry if is_long else entry - best
    if not at_least(gain, profile.trail_activation * risk):
        return nan
    return chandelier_stop(best, atr, profile.trail_atr, is_long=is_long)
