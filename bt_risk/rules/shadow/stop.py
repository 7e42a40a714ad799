"""The stop of a trade that was not made, from its fill on. Requires: the fill, bars. Gives: a price and its reason."""

from __future__ import annotations

from math import nan

from bt_risk.rules.exits.anchored_stop import anchored_stop
from bt_risk.rules.exits.next_stop import next_stop
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import EntryRequest


class ShadowStop:
    """Where the stop stands, by the same rules as a position's: decided, anchored to the fill, then trailed.

    `price` is None without a stop, `reason` names the rule that moved it last, `risk` is one R per unit (NaN without
    a stop), and `is_trailing` tells whether the profile's trail has moved it.
    """

    __slots__ = ("_best", "_entry", "_is_long", "_request", "is_trailing", "price", "reason", "risk")

    def __init__(self, request: EntryRequest) -> None:
        self._request = request
        self._is_long = request.is_long
        self._entry = self._best = nan
        self.price = request.stop
        self.reason: str = ExitReason.STOP
        self.risk = _distance(request.price, request.stop)
        self.is_trailing = False

    def is_past(self, price: float) -> bool:
        """Return whether `price` is at the stop or on its losing side."""
        if self.price is None:
            return False
        return price <= self.price if self._is_long else price >= self.price

    def anchor(self, entry: float, profile: RiskProfile) -> None:
        """Take its place behind a fill at `entry`."""
        request = self._request
        alone = request.stop if request.stop_alone is None else request.stop_alone
        self._entry = self._best = entry
        self.price = anchored_stop(
            entry,
            self.price,
            distance=_distance(request.price, alone),
            is_long=self._is_long,
            has_own_stop=request.has_own_stop,
            profile=profile,
        )
        self.risk = _distance(entry, self.price)

    def follow(self, high: float, low: float, atr: float, profile: RiskProfile) -> None:
        """Take in a bar that came after the fill."""
        self._best = max(self._best, high) if self._is_long else min(self._best, low)
        if profile.trail == "none" and profile.break_even is None:
            return
        move = next_stop(
            self.price,
            self._entry,
            self._best,
            risk=self.risk,
            atr=atr,
            is_long=self._is_long,
            profile=profile,
        )
        if move is not None:
            self.price, self.reason = move.stop, move.reason
            self.is_trailing = self.is_trailing or move.reason is ExitReason.TRAIL


def _distance(price: float, stop: float | None) -> float:
    return nan if stop is None else abs(price - stop)
