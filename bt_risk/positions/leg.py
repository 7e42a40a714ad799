"""A share of a position with a stop and a target of its own. Gives: `Leg`, to the legs and the cover."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.maths.limits import at_least
from bt_risk.rules.exits.reason import ExitReason


class Leg:
    """A share of a position with its own pair of orders, a stop and a target of which one cancels the other.

    `target` is a price or None, and `until` the last time at which it counts, None for no end. `units` are what it
    claims of the position from first to last; None, in the rest of a position, for all that the others leave. `sold`
    is what its target has closed of them, and `reason` why they leave there. `is_users_stop` and `is_users_target`
    tell that an order stands for one of the user's, who hears of it and of what replaces it.
    """

    __slots__ = (
        "_counted",
        "_target_order",
        "is_users_stop",
        "is_users_target",
        "reason",
        "sold",
        "stop_order",
        "target",
        "units",
        "until",
    )

    def __init__(
        self, target: float | None = None, units: float | None = None, reason: str = ExitReason.TARGET
    ) -> None:
        self.target = target
        self.units = units
        self.reason = reason
        self.until: float | None = None
        self.sold = 0.0
        self.is_users_stop = self.is_users_target = False
        self.stop_order: Any = None
        self._target_order: Any = None
        self._counted = 0.0

    @property
    def target_order(self) -> Any:
        """The order at its target; None without one."""
        return self._target_order

    @target_order.setter
    def target_order(self, order: Any) -> None:
        self._target_order, self._counted = order, 0.0

    @property
    def left(self) -> float:
        """Units that it still claims; infinite for the rest."""
        if self.units is None:
            return float("inf")
        return 0.0 if at_least(self.sold, self.units) else self.units - self.sold

    def count_fills(self) -> float:
        """Take in what its target has sold by now; return what of it is new."""
        if self._target_order is None:
            return 0.0
        filled = abs(self._target_order.executed.size)
        new, self._counted = filled - self._counted, filled
        self.sold += new
        return new

    def is_done(self) -> bool:
        """Return whether its target has expired, or has sold and has nothing left to sell."""
        order = self._target_order
        if order is None or order.alive():
            return False
        is_sold = bool(order.executed.size) and (self.units is None or self.left == 0.0)
        return is_sold or order.status == bt.Order.Expired

    def forget_orders(self) -> None:
        """Let go of both orders."""
        self.stop_order = self.target_order = None
