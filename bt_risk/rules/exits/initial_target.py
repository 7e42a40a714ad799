"""The target that a position starts with when the strategy names none. Requires: profile, stop, ATR. Gives: a price."""

from __future__ import annotations

from math import isnan, nan

from bt_risk.maths.targets import atr_target, farther_target, fixed_target, reward_target
from bt_risk.rules.profile import RiskProfile


def initial_target(
    price: float, stop: float | None, atr: float, *, is_long: bool, profile: RiskProfile
) -> float | None:
    """Return the profile's profit target for an entry at `price` that is stopped at `stop`.

    ``fixed``: price * (1 + target_fraction); ``atr``: price + target_atr * ATR; ``r``: price + target_r * (price -
    stop), all mirrored for a short; ``farther``: that of the last two which is farther from the entry, the higher
    for a long, the lower for a short.

    None where the profile uses no target, where what it is measured in is not known (no stop, no ATR yet), and
    where a short could never reach it, at zero or below: the trade then runs without a target.
    """
    target = nan
    if profile.target == "fixed":
        target = fixed_target(price, profile.target_fraction, is_long=is_long)
    elif profile.target in ("atr", "r", "farther"):
        by_atr = by_risk = nan
        if profile.target != "r":
            by_atr = atr_target(price, atr, profile.target_atr, is_long=is_long)
        if profile.target != "atr" and stop is not None:
            by_risk = reward_target(price, stop, profile.target_r, is_long=is_long)
        target = farther_target(by_atr, by_risk, is_long=is_long)
    return None if isnan(target) else target
