"""What the auditor knows: positions rebuilt from fills, and orders with the role they were seen to play."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import backtrader as bt

STOPS = (bt.Order.Stop, bt.Order.StopLimit, bt.Order.StopTrail, bt.Order.StopTrailLimit)
MARKETS = (None, bt.Order.Market, bt.Order.Close)
ENTRY, STOP, TARGET, EXIT = "entry", "stop", "target", "exit"
# Waits for a session's close beside the stop; did not come through the desk.
AT_CLOSE, STRANGER = "exit at close", "stranger"


def same(a: float, b: float, tolerance: float = 1e-9) -> bool:
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b))


def above(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit and not same(value, limit)


@dataclass
class Held:
    """The position in one data; `stop` is the last level seen to cover it, and the look at which it was seen.

    `is_adopted` where no order of the desk's opened it; `is_closing` where live exits are to close all of it;
    `closed_at` is the bar on which it last came to an end.
    """

    size: float = 0.0
    price: float = 0.0
    opened_at: int = 0
    closed_at: int = 0
    opened_by: int = 0
    stop: float | None = None
    stop_seen_at: int = 0
    is_adopted: bool = False
    is_closing: bool = False


@dataclass
class Seen:
    """One order: its role, its first size, and for an entry the price and the stop decided with it.

    `entry` is the one that it protects from its fill on. `is_done` and `filled_at`, the bar of the last fill, follow
    the notices, which come in the order of events; `order` may be further on.
    """

    order: bt.Order
    role: str
    size: float
    price: float
    entry: Seen | None = None
    stop: float | None = None
    filled_at: int = 0
    is_done: bool = False

    def waits(self) -> bool:
        """Return whether the order is tied to an entry that is not filled yet."""
        return self.entry is not None and self.entry.order.alive()

    def is_void(self) -> bool:
        """Return whether the order is tied to an entry that is not filled as a whole, and may never be."""
        return self.entry is not None and self.entry.order.status != bt.Order.Completed

    def protects(self, entry: bt.Order) -> bool:
        """Return whether this is a stop tied to that entry."""
        return self.role == STOP and self.entry is not None and self.entry.order.ref == entry.ref

    def is_on_entry_bar(self) -> bool:
        """Return whether its data is still at the bar of the entry's fill; one at the close before it is over."""
        entry = self.entry
        return (
            entry is not None
            and entry.filled_at > 0
            and entry.order.executed.dt >= self.order.data.datetime[0]
        )

    def starts_at_once(self, limits) -> bool:
        """Return whether it is to work on the bar of its entry's fill: a stop behind a fill at the opening."""
        return (
            self.role == STOP
            and self.entry.order.exectype in MARKETS[:2]
            and getattr(limits, "entry_bar_stop", True)
        )


def is_shown(data: bt.DataBase) -> bool:
    """Return whether the broker sees the bar: the last one of a resampled data, cut short, it does not."""
    # One tick is not enough to tell: the next bar may open where the last one did.
    ticks = [getattr(data, f"tick_{line}", None) for line in ("open", "high", "low", "close")]
    return ticks[0] is None or tuple(ticks) == bar_of(data)


def bar_of(data) -> tuple[float, ...]:
    return data.open[0], data.high[0], data.low[0], data.close[0]


def is_sound(data) -> bool:
    """Return whether the bar's prices are positive numbers that do not contradict each other."""
    open_, high, low, close = bar_of(data)
    return 0 < low and high < inf and all(low <= price <= high for price in (open_, close))


def entry_of(order: bt.Order) -> bt.Order | None:
    """Return the entry that an order waits for: its parent, or the one its own `active` declares as `after`."""
    return order.parent or getattr(order.active, "after", None)


def role_of(order: bt.Order, entry: Seen | None, position: float) -> str:
    """Return what an order is for: one tied to an entry protects, one against the position leaves, any other enters."""
    if entry is None and not position * order.size < 0:
        return ENTRY
    if order.exectype in STOPS:
        return STOP
    return {bt.Order.Limit: TARGET, bt.Order.Close: AT_CLOSE}.get(order.exectype, EXIT)


def decided_price(order: bt.Order, *, at_open: bool) -> float:
    """Return the price at which an order was decided: its own limit or trigger, or what the market showed then."""
    shown = order.data.open[0] if at_open else order.created.pclose
    if order.exectype == bt.Order.StopTrail and order.trailpercent:
        return shown * (1 + order.trailpercent if order.isbuy() else 1 - order.trailpercent)
    return shown if order.exectype in MARKETS else order.created.price


def group_of(order: bt.Order, broker: bt.BrokerBase) -> tuple[str, int]:
    """Return a key shared by orders of which one cancels the others."""
    if order.parent is not None:
        return "bracket", order.parent.ref
    return "oco", broker._ocos[order.ref]
