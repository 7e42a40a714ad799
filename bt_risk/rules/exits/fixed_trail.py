"""Stop a fixed fraction behind the price. Requires: best price since entry. Gives: a level, to the next stop."""

from __future__ import annotations

from math import nan

from bt_risk.maths.trails import activated_trail
from bt_risk.rules.profile import RiskProfile


def fixed_trail(entry: float, best: float, *, is_long: bool, profile: RiskProfile) -> float:
    """Return the stop ``trail_fraction`` behind `best`: best * (1 - trail_fraction) for a long.

    NaN until the gain has reached ``trail_activation_gain`` of the entry price, at its value. `best` is the price
    that is trailed: the highest since the entry of a long, the lowest of a short. At the activation the level may
    still lie on the losing side of the entry.
    """
    return activated_trail(
        nan,
        entry,
        best,
        activation=profile.trail_activation_gain,
        distance=profile.trail_fraction,
        is_long=is_long,
    )
