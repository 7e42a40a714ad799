"""What the auditor knows: positions rebuilt from fills, and orders with the role they were seen to play."""

from __future__ import annotations

from dataclasses import dataclass

import backtrader as bt

STOPS = (bt.Order.Stop, bt.Order.StopLimit, bt.Order.StopTrail, bt.Order.StopTrailLimit)
MARKETS = (None, bt.Order.Market, bt.Order.Close)
ENTRY, STOP, TARGET, EXIT = "entry", "stop", "target", "exit"


def same(a: float, b: float, tolerance: float = 1e-9) -> bool:
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b))


def above(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit and not same(value, limit)


@dataclass
class Held:
    """The position in one data; `stop` is the last level seen to cover it, and the bar on which it was seen."""

    size: float = 0.0
    price: float = 0.0
    opened_at: int = 0
    opened_by: int = 0
    stop: float | None = None
    stop_seen_at: int = 0


@dataclass
class Seen:
    """One order: its role, the entry that it protects from its fill on, and for an entry the stop decided with it.

    `is_done` follows the notices, which come in the order of events; `order` may be further on.
    """

    order: bt.Order
    role: str
    entry: Seen | None = None
    stop: float | None = None
    is_done: bool = False

    def waits(self) -> bool:
        """Return whether the order is tied to an entry that is not filled yet."""
        return self.entry is not None and self.entry.order.alive()

    def protects(self, entry: bt.Order) -> bool:
        """Return whether this is a stop tied to that entry."""
        return self.role == STOP and self.entry is not None and self.entry.order.ref == entry.ref


def entry_of(order: bt.Order) -> bt.Order | None:
    """Return the entry that an order waits for: its parent, or the one its own `active` declares as `after`."""
    return order.parent or getattr(order.active, "after", None)


def role_of(order: bt.Order, entry: Seen | None, position: float) -> str:
    """Return what an order is for: one tied to an entry protects, one against the position leaves, any other enters."""
    if entry is None and not position * order.size < 0:
        return ENTRY
    if order.exectype in STOPS:
        return STOP
    return TARGET if order.exectype == bt.Order.Limit else EXIT


def decided_price(order: bt.Order) -> float:
    """Return the price at which an entry was decided: the close before it, or its own limit or trigger."""
    return order.created.pclose if order.exectype in MARKETS else order.created.price


def group_of(order: bt.Order, broker: bt.BrokerBase) -> tuple[str, int]:
    """Return a key shared by orders of which one cancels the others."""
    if order.parent is not None:
        return "bracket", order.parent.ref
    return "oco", broker._ocos[order.ref]
