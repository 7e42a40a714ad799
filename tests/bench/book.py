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
    """One order: its role, the bar it was first seen on, and for an entry the stop decided with it."""

    order: bt.Order
    role: str
    bar: int
    stop: float | None = None


def role_of(order: bt.Order, position: float) -> str:
    """Return what an order is for: a child protects, an order against the position leaves it, any other enters."""
    if order.parent is None and not position * order.size < 0:
        return ENTRY
    if order.exectype in STOPS:
        return STOP
    return TARGET if order.exectype == bt.Order.Limit else EXIT


def decided_price(order: bt.Order) -> float:
    """Return the price at which an entry was decided: the close before it, or its own limit or trigger."""
    return order.created.pclose if order.exectype in MARKETS else order.created.price


def waits_for_entry(order: bt.Order) -> bool:
    """Return whether an order is the child of an entry that is not filled yet."""
    return order.parent is not None and order.parent.alive()


def group_of(order: bt.Order, broker: bt.BrokerBase) -> tuple[str, int]:
    """Return a key shared by orders of which one cancels the others."""
    if order.parent is not None:
        return "bracket", order.parent.ref
    return "oco", broker._ocos[order.ref]
