"""Pairs of orders of which one cancels the other. Requires: the simulated broker. Gives: `Ties`, to the orders."""

from __future__ import annotations

from typing import Any


class Ties:
    """Tie a target to its stop, and untie it where one of them goes and the other has to stay.

    The broker cancels what is tied to an order as soon as that order is cancelled, expires, or fills, be it in part.
    """

    __slots__ = ("_broker",)

    def __init__(self, broker: Any) -> None:
        self._broker = broker

    def knows(self, order: Any) -> bool:
        """Return whether an order has reached the broker."""
        return order.ref in self._broker._ocos

    def are_tied(self, stop: Any, target: Any) -> bool:
        """Return whether each of the two cancels the other."""
        leader = self._broker._ocos[stop.ref]
        group = self._broker._ocol.get(leader, ())
        return self._broker._ocos[target.ref] == leader and stop.ref in group and target.ref in group

    def tie(self, stop: Any, target: Any) -> None:
        """Let each of the two cancel the other, and no others."""
        self.untie(stop)
        self.untie(target)
        self._broker._ocos[target.ref] = stop.ref
        self._broker._ocol[stop.ref] = [stop.ref, target.ref]
        if stop.ref > target.ref:
            # The stop comes first in the queue: where a bar touches both, it is taken to have come first.
            self.requeue(target)

    def untie(self, order: Any) -> None:
        """Let an order end without taking others along."""
        self._broker._ocol.pop(self._broker._ocos[order.ref], None)
        self._broker._ocos[order.ref] = order.ref

    def requeue(self, order: Any) -> None:
        """Send a live order to the end of the broker's queue."""
        self._broker.pending.remove(order)
        self._broker.pending.append(order)

    def end_alone(self, order: Any) -> None:
        """Let a target expire, or fill in part, and leave its stop to what is left."""
        end = _LoneEnd(self, order)
        order.expire, order.execute = end.expire, end.execute


class _LoneEnd:
    """Take the place of an order's own steps, behind which the broker cancels what is tied to it."""

    __slots__ = ("_order", "_ties")

    def __init__(self, ties: Ties, order: Any) -> None:
        self._ties = ties
        self._order = order

    def expire(self) -> bool:
        is_over = bool(type(self._order).expire(self._order))
        if is_over:
            self._ties.untie(self._order)
        return is_over

    def execute(self, *fill: Any) -> None:
        type(self._order).execute(self._order, *fill)
        if self._order.alive():
            self._ties.untie(self._order)
