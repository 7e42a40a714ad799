"""One open position as the desk knows it: its stop, its target, its risk unit. Gives: the next stop level."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.maths.limits import at_least
from bt_risk.maths.stops import chandelier_stop, ratchet
from bt_risk.rules.profile import RiskProfile


class Plan:
    """What an accepted entry has decided for the position that it opens.

    `stop` and `target` are prices or None, `distance` is the decided distance from entry to stop; `risk`,
    `notional` and `cash` are what the whole entry reserves, in account currency.
    """

    __slots__ = (
        "cash",
        "data",
        "distance",
        "has_own_stop",
        "is_long",
        "is_market",
        "notional",
        "order",
        "price",
        "risk",
        "stop",
        "stop_order",
        "target",
        "target_order",
        "units",
    )

    def __init__(
        self,
        data: Any,
        *,
        is_long: bool,
        is_market: bool,
        units: float,
        price: float,
        stop: float | None,
        has_own_stop: bool,
        target: float | None,
        risk: float,
        notional: float,
        cash: float,
    ) -> None:
        self.data = data
        self.is_long = is_long
        self.is_market = is_market
        self.units = units
        self.price = price
        self.stop = stop
        self.distance = math.nan if stop is None else abs(price - stop)
        self.has_own_stop = has_own_stop
        self.target = target
        self.risk = risk
        self.notional = notional
        self.cash = cash
        self.order: Any = None
        self.stop_order: Any = None
        self.target_order: Any = None

    def share_left(self) -> float:
        """Return the share of the entry that is not filled yet; 0 when its order is gone."""
        if not self.order.alive():
            return 0.0
        return abs(self.order.executed.remsize) / self.units


class Holding:
    """An open position: signed size, average entry, stop, target, and the orders that stand for them.

    `risk_distance` is the initial distance from entry to stop, one R per unit; `extreme` is the best price since
    the entry, from which a chandelier hangs; `bar` is the bar of the first fill, and `is_from_open` tells that the
    fill was at its opening, so that the whole bar came after it.
    """

    __slots__ = (
        "bar",
        "data",
        "entry",
        "exits",
        "extreme",
        "is_from_open",
        "is_long",
        "risk_distance",
        "size",
        "stop",
        "stop_order",
        "target",
        "target_order",
    )

    def __init__(
        self, data: Any, size: float, entry: float, plan: Plan | None, profile: RiskProfile, *, bar: int
    ) -> None:
        self.data = data
        self.bar = bar
        self.is_from_open = plan is not None and plan.is_market
        self.size = size
        self.entry = entry
        self.is_long = size > 0
        self.stop: float | None = None
        self.target: float | None = None
        self.stop_order: Any = None
        self.target_order: Any = None
        self.exits: list[Any] = []
        self.risk_distance = math.nan
        self.extreme = entry
        if plan is not None:
            self.target = plan.target
            self.stop_order = plan.stop_order
            self.target_order = plan.target_order
            stop = _anchored(plan, entry, profile)
            if stop is not None:
                self.protect(stop)

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

    def trail(self, atr: float, profile: RiskProfile) -> bool:
        """Apply the profile's trail to what has been seen; return whether the stop moved."""
        if profile.trail != "chandelier" or math.isnan(self.risk_distance) or math.isnan(atr):
            return False
        gain = self.extreme - self.entry if self.is_long else self.entry - self.extreme
        if not at_least(gain, profile.trail_activation * self.risk_distance):
            return False
        return self.tighten(chandelier_stop(self.extreme, atr, profile.trail_atr, is_long=self.is_long))


def _anchored(plan: Plan, entry: float, profile: RiskProfile) -> float | None:
    """Return the stop from the bar after the fill on: the decided distance from the fill, or the decided price."""
    if plan.stop is None or plan.has_own_stop or profile.stop_anchor == "decision":
        return plan.stop
    stop = entry - plan.distance if plan.is_long else entry + plan.distance
    return stop if stop > 0.0 else plan.stop
