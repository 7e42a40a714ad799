"""Scale-outs in R: which part of a position leaves at which price. Requires: units, R. Gives: legs, to the orders."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from bt_risk.maths.limits import at_least, at_most
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a position, in units, and the price at which it leaves with profit; None leaves it to the stop.

    `multiple` names its rung, None the remainder.
    """

    units: float
    target: float | None
    multiple: float | None = None


def ladder_legs(
    units: float, entry: float, *, risk: float, target: float | None, is_long: bool, profile: RiskProfile
) -> tuple[Leg, ...]:
    """Return the position in parts: one for each rung of the ladder, then the remainder at the position's own target.

    A rung ``(multiple, share)`` closes `share` of the position at entry + multiple * risk (minus for a short),
    rounded down to the lot; `risk` is one R as a distance in price. The units of the legs sum to `units` exactly:
    what rounding leaves is part of the remainder, or of the last rung where the shares make up the whole. A rung at
    `target` or beyond it is part of the remainder, which leaves at `target`. A rung without a whole lot, or at zero or
    below for a short, is left out; without a known risk there are no rungs.
    """
    legs: list[Leg] = []
    left = units
    shared = 0.0
    for multiple, share in profile.ladder:
        price = entry + multiple * risk if is_long else entry - multiple * risk
        if not (risk > 0.0 and isfinite(price) and price > 0.0):
            break
        if target is not None and (at_least(price, target) if is_long else at_most(price, target)):
            break
        shared += share
        part = left if at_least(shared, 1.0) else min(left, floor_to_lot(units * share, profile.lot))
        if part > 0.0:
            legs.append(Leg(part, price, multiple))
            left -= part
    if left > 0.0:
        legs.append(Leg(left, target))
    return tuple(legs)
