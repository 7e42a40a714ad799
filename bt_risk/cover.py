"""Keep every open unit covered by a live stop or a live exit. Requires: holdings, orders. Gives: protective orders."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.holding import Holding
from bt_risk.maths.limits import at_least, equals
from bt_risk.orders import Orders, Role, remaining
from bt_risk.rules.profile import RiskProfile


class Cover:
    """Place, move and resize the protective orders of one holding so that they always sum to its size."""

    def __init__(self, orders: Orders, profile: RiskProfile) -> None:
        self._orders = orders
        self._profile = profile

    def closing_units(self, holding: Holding) -> float:
        """Return the units that live exits will close."""
        holding.exits = [order for order in holding.exits if order.alive()]
        return sum(remaining(order) for order in holding.exits)

    def is_closing(self, holding: Holding) -> bool:
        """Return whether live exits close the whole holding."""
        return bool(holding.exits) and at_least(self.closing_units(holding), abs(holding.size))

    def ensure(self, holding: Holding) -> None:
        """Bring stop and target to what no exit closes: placed, resized, moved or withdrawn."""
        self._shrink_exits(holding)
        units = abs(holding.size) - self.closing_units(holding)
        if units <= 0.0 or equals(self.closing_units(holding), abs(holding.size)):
            self.withdraw(holding)
            return
        wants_stop = holding.stop is not None and self._profile.place_stops
        wants_target = holding.target is not None
        if _is_alive(holding.stop_order) != wants_stop or _is_alive(holding.target_order) != wants_target:
            self._replace(holding, units, wants_stop, wants_target)
            return
        stale = [
            (order, price)
            for order, price in ((holding.stop_order, holding.stop), (holding.target_order, holding.target))
            if _is_alive(order) and (remaining(order) != units or order.created.price != price)
        ]
        if stale and not self._orders.is_in_place:
            self._replace(holding, units, wants_stop, wants_target)
            return
        for order, price in stale:
            self._orders.resize(order, units)
            self._orders.move(order, price)

    def _shrink_exits(self, holding: Holding) -> None:
        # A stop may have closed a part before a resting exit could: what is left must not flip the position.
        excess = self.closing_units(holding) - abs(holding.size)
        for order in reversed(holding.exits):
            if excess <= 0.0:
                return
            cut = min(excess, remaining(order))
            excess -= cut
            if cut == remaining(order):
                self._orders.cancel(order)
            else:
                self._orders.resize(order, remaining(order) - cut)

    def _replace(self, holding: Holding, units: float, wants_stop: bool, wants_target: bool) -> None:
        self.withdraw(holding)
        side = -units if holding.is_long else units
        if wants_stop:
            holding.stop_order = self._orders.send(
                holding.data,
                side,
                Role.STOP,
                reason="stop",
                is_users=False,
                exectype=bt.Order.Stop,
                price=holding.stop,
            )
        if wants_target:
            # After the stop in the queue: when one bar touches both, the stop is taken to come first.
            holding.target_order = self._orders.send(
                holding.data,
                side,
                Role.TARGET,
                reason="target",
                is_users=False,
                exectype=bt.Order.Limit,
                price=holding.target,
                oco=holding.stop_order,
            )

    def withdraw(self, holding: Holding) -> None:
        """Cancel the stop and the target."""
        self._orders.cancel(holding.stop_order)
        self._orders.cancel(holding.target_order)
        holding.stop_order = holding.target_order = None

    def exit(self, holding: Holding, units: float, *, reason: str, is_users: bool, **options: Any) -> Any:
        """Send a market exit for `units` at most, and shrink the stop to the rest at once; return the order.

        Units that an earlier exit closes already are not sold twice: with nothing left, the last live exit is
        returned.
        """
        free = abs(holding.size) - self.closing_units(holding)
        units = min(units, free)
        if units <= 0.0 or equals(free + abs(holding.size), abs(holding.size)):
            return holding.exits[-1] if holding.exits else None
        # The protective orders shrink first, so that at no time more than the position is on sale.
        side = -units if holding.is_long else units
        if equals(units, free):
            self.withdraw(holding)
        order = self._orders.send(
            holding.data,
            side,
            Role.EXIT,
            reason=reason,
            is_users=is_users,
            exectype=bt.Order.Market,
            **options,
        )
        holding.exits.append(order)
        self.ensure(holding)
        return order


def _is_alive(order: Any) -> bool:
    return order is not None and order.alive()
