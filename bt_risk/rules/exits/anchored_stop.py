"""Where the stop of an entry stands once it is filled. Requires: the fill, the decided stop. Gives: a price."""

from __future__ import annotations

from bt_risk.rules.profile import RiskProfile


def anchored_stop(
    entry: float,
    decided: float | None,
    *,
    distance: float,
    is_long: bool,
    has_own_stop: bool,
    profile: RiskProfile,
) -> float | None:
    """Return the stop from the bar after the fill on: the decided distance from the fill, or the decided price.

    `entry` is the price of the fill, `distance` the one from the decided price to its stop. A stop that the strategy
    named is never moved to the fill, and none is moved to zero or below. None stays None.
    """
    if decided is None or has_own_stop or profile.stop_anchor == "decision":
        return decided
    stop = entry - distance if is_long else entry + distance
    return stop if stop > 0.0 else decided
