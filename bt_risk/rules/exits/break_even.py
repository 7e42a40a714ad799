"""Stop at the entry once the trade has earned its risk. Requires: best price, R. Gives: a level, to the next stop."""

from __future__ import annotations

from math import nan

from bt_risk.maths.limits import at_least
from bt_risk.rules.profile import RiskProfile


def break_even(entry: float, best: float, *, risk: float, is_long: bool, profile: RiskProfile) -> float:
    """Return the entry as the stop once the gain has reached ``break_even`` R, at its value; NaN before and when off.

    `best` is the highest price since the entry of a long, the lowest of a short; `risk` is one R as a distance in
    price. Costs are not in it: a trade stopped there loses its commissions.
    """
    if profile.break_even is None:
        return nan
    gain = best - entry if is_long else entry - best
    return entry if at_least(gain, profile.break_even * risk) else nan
