"""A share of a position with a stop and a target of its own. Gives: `Leg`, to plans, holdings and the cover."""

from __future__ import annotations

from typing import Any


class Leg:
    """A share of a position with its own pair of orders, a stop and a target of which one cancels the other.

    `target` is a price or None. `wanted` are the units that it claims; None, in a position's last leg, for all that
    the others leave.
    """

    __slots__ = ("_counted", "stop_order", "target", "target_order", "wanted")

    def __init__(self, target: float | None = None, wanted: float | None = None) -> None:
        self.target = target
        self.wanted = wanted
        self.stop_order: Any = None
        self.target_order: Any = None
        self._counted = 0.0

    def is_done(self) -> bool:
        """Take in what the target has filled; return whether nothing of it is left to do."""
        order = self.target_order
        if order is None:
            return False
        filled = abs(order.executed.size)
        if self.wanted is not None:
            self.wanted -= filled - self._counted
        self._counted = filled
        return bool(filled) and not order.alive() and (self.wanted is None or self.wanted <= 0.0)

    def forget_orders(self) -> None:
        """Let go of both orders; the next ones count their fills from nothing again."""
        self.stop_order = self.target_order = None
        self._counted = 0.0
