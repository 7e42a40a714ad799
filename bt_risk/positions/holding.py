"""One open position as the desk knows it: its stop, its legs, its risk unit. Gives: the next stop level."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from bt_risk.maths.stops import ratchet
from bt_risk.positions.legs import Legs
from bt_risk.positions.plan import Plan
from bt_risk.positions.trail import NO_TRAIL
from bt_risk.rules.exits.next_stop import next_stop
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.profile import RiskProfile


class Holding:
    """An open position: signed size, average entry, stop, and the legs whose orders protect it.

    `risk_distance` is the initial distance from entry to stop, one R per unit; `extreme` is the best price since
    the entry, from which a chandelier hangs; `bar` is the bar of the first fill, and `is_from_open` tells that the
    fill was at its opening, so that the whole bar came after it. `own_trail` is the strategy's trailing stop and
    `own_until` the last time at which its stop counts as its own, None for no end; `stop_reason` tells what moved the
    stop last, and `is_trailing` that the profile's trail has moved it. The rungs of the ladder are shares of the
    `bought` units and count R from `anchor`, the price of the first fill; `first_risk` is that R, while
    `risk_distance` is the mean of all units after `adds`. `opened` is the time of that fill's bar, `first_bar` the
    number of that bar among the instrument's, `session` that of the date on which its session began.
    """

    __slots__ = (
        "adds",
        "anchor",
        "bar",
        "bought",
        "data",
        "entry",
        "exits",
        "extreme",
        "first_bar",
        "first_risk",
        "is_from_open",
        "is_long",
        "is_trailing",
        "legs",
        "opened",
        "own_trail",
        "own_until",
        "risk_distance",
        "session",
        "size",
        "stop",
        "stop_reason",
        "tradeid",
    )

    def __init__(
        self, data: Any, size: float, entry: float, plan: Plan | None, profile: RiskProfile, *, bar: int
    ) -> None:
        self.data = data
        self.bar = bar
        self.size = size
        self.entry = self.anchor = entry
        self.bought = abs(size)
        self.is_long = size > 0
        self.is_from_open = plan is not None and plan.is_market
        self.opened = dt.datetime.min
        self.first_bar = self.session = 0
        self.stop: float | None = None
        self.stop_reason = ExitReason.STOP
        self.exits: list[Any] = []
        self.adds = 0
        self.risk_distance = self.first_risk = math.nan
        self.extreme = entry
        self.own_trail = NO_TRAIL
        self.own_until: float | None = None
        self.is_trailing = False
        self.tradeid = 0
        self.legs = Legs()
        if plan is not None:
            self._take_over(plan, profile)

    def _take_over(self, plan: Plan, profile: RiskProfile) -> None:
        self.tradeid = plan.tradeid
        self.own_trail, self.own_until = plan.own_trail, plan.own_until
        self.legs = plan.legs
        stop = plan.anchored_stop(self.entry, profile)
        if stop is not None:
            self.protect(stop)

    def lay_ladder(self, profile: RiskProfile) -> None:
        """Lay the rungs by what was bought and by R from its fill."""
        self.legs.lay_ladder(
            self.bought, self.anchor, risk=self.first_risk, is_long=self.is_long, profile=profile
        )

    def add(self, plan: Plan, units: float, profile: RiskProfile) -> None:
        """Take in `units` of an add that the size counts already: one stop for all, the tighter; R is the mean.

        With its first units the add's own stop is anchored to their fill, as that of any entry, and the tighter of it
        and the current one holds from now on.
        """
        held = abs(self.size) - units
        price = plan.order.executed.price
        if math.isnan(self.risk_distance):
            self.risk_distance = plan.risk_distance
        else:
            planned = held * self.risk_distance + units * plan.risk_distance
            self.risk_distance = planned / (held + units)
        if plan.joined == units:
            stop = plan.anchored_stop(price, profile)
            if stop is not None:
                self.tighten(stop)
        if self.is_trailing and profile.target_with_trail == "cancel":
            plan.legs.drop_targets_of_entries()
        self.legs.add(plan.legs, units, held=held, anchor=price, risk=plan.risk_distance)

    def protect(self, stop: float) -> None:
        """Set the first stop, which defines the position's R."""
        self.stop = stop
        self.risk_distance = self.first_risk = abs(self.entry - stop)

    def is_past(self, level: float, price: float) -> bool:
        """Return whether `price` is at `level` or on its losing side."""
        return price <= level if self.is_long else price >= level

    def tighten(self, level: float, reason: ExitReason = ExitReason.STOP) -> bool:
        """Move the stop to `level` if that is tighter; return whether it moved."""
        current = math.nan if self.stop is None else self.stop
        better = ratchet(current, level, is_long=self.is_long)
        if better == current or math.isnan(better):
            return False
        self.stop, self.stop_reason = better, reason
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
            level = close - distance if self.is_long else close + distance
            is_moved = self.tighten(level, ExitReason.TRAIL)
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
        if move is None:
            return is_moved
        self.stop, self.stop_reason = move.stop, move.reason
        if move.reason is ExitReason.TRAIL and not self.is_trailing:
            self.is_trailing = True
            if profile.target_with_trail == "cancel":
                self.legs.drop_targets_of_entries()
        return True
