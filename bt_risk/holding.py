"""One open position as the desk knows it: its stop, its legs, its risk unit. Gives: the next stop level."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.leg import Leg
from bt_risk.maths.stops import ratchet
from bt_risk.plan import Plan
from bt_risk.rules.exits.next_stop import next_stop
from bt_risk.rules.profile import RiskProfile
from bt_risk.trail import NO_TRAIL


class Holding:
    """An open position: signed size, average entry, stop, and the legs whose orders protect it.

    `risk_distance` is the initial distance from entry to stop, one R per unit; `extreme` is the best price since
    the entry, from which a chandelier hangs; `bar` is the bar of the first fill, and `is_from_open` tells that the
    fill was at its opening, so that the whole bar came after it. `own_trail` is the strategy's trailing stop.
    """

    __slots__ = (
        "bar",
        "data",
        "entry",
        "exits",
        "extreme",
        "is_from_open",
        "is_long",
        "legs",
        "own_trail",
        "risk_distance",
        "size",
        "stop",
        "tradeid",
    )

    def __init__(
        self, data: Any, size: float, entry: float, plan: Plan | None, profile: RiskProfile, *, bar: int
    ) -> None:
        self.data = data
        self.bar = bar
        self.size = size
        self.entry = entry
        self.is_long = size > 0
        self.is_from_open = plan is not None and plan.is_market
        self.stop: float | None = None
        self.exits: list[Any] = []
        self.risk_distance = math.nan
        self.extreme = entry
        self.own_trail = NO_TRAIL
        self.tradeid = 0
        self.legs = [Leg()]
        if plan is not None:
            self._take_over(plan, profile)

    def _take_over(self, plan: Plan, profile: RiskProfile) -> None:
        self.tradeid = plan.tradeid
        self.own_trail = plan.own_trail
        self.legs = [plan.leg] if plan.leg.wanted is None else [plan.leg, Leg()]
        stop = plan.anchored_stop(self.entry, profile)
        if stop is not None:
            self.protect(stop)

    @property
    def target(self) -> float | None:
        """Price of the first target; None without one."""
        return self.legs[0].target

    def set_target(self, price: float, units: float | None) -> Leg:
        """Add a target for `units`, or for all that no other target claims; return its leg."""
        if units is None:
            self.legs[-1].target = price
            return self.legs[-1]
        leg = Leg(price, units)
        self.legs.insert(len(self.legs) - 1, leg)
        return leg

    def drop_target(self, leg: Leg) -> None:
        """Give up a leg's target; its units go back to the rest."""
        if leg is self.legs[-1]:
            leg.target = None
        else:
            self.legs.remove(leg)

    def share_out(self, units: float) -> list[tuple[Leg, float]]:
        """Return the units of each leg when `units` need cover: targets in their order, the last takes the rest."""
        shares = []
        for leg in self.legs:
            share = units if leg.wanted is None else min(units, leg.wanted)
            shares.append((leg, share))
            units -= share
        return shares

    def protect(self, stop: float) -> None:
        """Set the first stop, which defines the position's R."""
        self.stop = stop
        self.risk_distance = abs(self.entry - stop)

    def is_past(self, level: float, price: float) -> bool:
        """Return whether `price` is at `level` or on its losing side."""
        return price <= level if self.is_long else price >= level

    def tighten(self, level: float) -> bool:
        """Move the stop to `level` if that is tighter; return whether it moved."""
        current = math.nan if self.stop is None else self.stop
        better = ratchet(current, level, is_long=self.is_long)
        if better == current or math.isnan(better):
            return False
        self.stop = better
        return True

    def see(self, high: float, low: float) -> None:
        """Take in a bar's range."""
        if self.is_long:
            self.extreme = max(self.extreme, high)
        else:
            self.extreme = min(self.extreme, low)

    def trail(self, close: float, atr: float, profile: RiskProfile) -> bool:
        """Apply the strategy's own trail, the profile's and its break-even; return whether the stop moved."""
        is_moved = False
        distance = self.own_trail.distance(close)
        if distance is not None:
            is_moved = self.tighten(close - distance if self.is_long else close + distance)
        if profile.trail == "none" and profile.break_even is None:
            return is_moved
        move = next_stop(
            self.stop,
            self.entry,
            self.extreme,
            risk=self.risk_distance,
            atr=atr,
            is_long=self.is_long,
            profile=profile,
        )
        if move is not None:
            self.stop = move.stop
        return is_moved or move is not None
