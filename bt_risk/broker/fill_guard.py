"""When the simulated broker may try an order. Requires: instruments. Gives: `FillGuard`, to the order protocol."""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from bt_risk.broker.quotes import is_shown
from bt_risk.market.instruments import Instrument
from bt_risk.maths.limits import at_least

COMPLETED = bt.Order.Completed


class FillGuard:
    """Let an order trade only on a usable bar that came after the order was placed or moved.

    Takes the place of ``order.active``, which the simulated broker asks before it tries a fill. Two reasons: with
    several calendars the broker tests stops and limits against the last bar of an instrument again although no
    new one came, so that a stop raised into that bar's range would fill in the past; and a market order on a bar
    without a finite price would fill at no price and poison the cash.

    Protective orders are sent together with their entry: they are held until that entry (`after`) is filled, and
    where the order of prices inside a bar is unknown (`is_later`) until a bar after that. An entry that fails can
    therefore never leave a naked stop behind. An entry may in turn be tied to the protection of another position: it
    is not tried once that (`unless`) has filled anything.

    A resampled data's last bar, cut short at the end, the broker does not see: it trades by the ticks of the bar before
    (`has_ticks`). An exit may have them if they are prices; an entry does not open at prices that are over.

    Exits take no more than there is to close: those at the close (`closings`) are on sale together with the stops.

    `asked` holds trigger, limit, and whether the trigger was met before, as the broker found them when it last tried
    an order that it moves by itself; None for all others.
    """

    __slots__ = (
        "_closings",
        "_fills_below",
        "_instrument",
        "after",
        "asked",
        "count",
        "has_ticks",
        "is_exit",
        "is_later",
        "order",
        "unless",
    )

    def __init__(
        self,
        order: Any,
        count: int,
        instrument: Instrument,
        closings: list[Any],
        after: Any = None,
        *,
        is_later: bool = False,
        is_exit: bool = False,
    ) -> None:
        self.order = order
        self.count = count
        self.after = after
        self.unless: Any = None
        self.is_later = is_later
        self.is_exit = is_exit
        self.asked: tuple[float, float, bool] | None = None
        self._instrument = instrument
        self._closings = closings
        self._fills_below = _fills_below(order)
        self.has_ticks = False

    def __call__(self) -> bool:
        """Return whether the broker may try the order now."""
        bar = self._instrument
        count = bar.time.lencount
        if count <= self.count:
            return False
        entry = self.after
        if entry is not None and (
            entry.status != COMPLETED or (self.is_later and bar.time[0] <= entry.executed.dt)
        ):
            return False
        if self.unless is not None and self.unless.executed.size:
            return False
        # What a bar has offered is taken once, also where its volume filled only a part.
        self.count = count
        opening: Any = getattr(self.order.data, "tick_open", None)
        self.has_ticks = opening is not None
        if not self.has_ticks:
            opening = bar.open[0]
        if not 0.0 < opening < math.inf or self._is_out_of_reach(opening) or not self._has_price():
            return False
        if self._fills_below is None:
            created = self.order.created
            self.asked = (created.price, created.pricelimit, self.order.triggered)
        if self.is_exit:
            return self._has_something()
        return bar.is_usable() and (not self.has_ticks or is_shown(self.order.data))

    def miss_close(self) -> None:
        """Let go of an earlier close at which the order was tried in vain: what is left gets none of its price."""
        bar = self._instrument
        if self.count == bar.time.lencount and bar.time[0] > self.order.dteos:
            self.order.pannotated = None

    def _is_out_of_reach(self, opening: float) -> bool:
        """Return whether the whole bar stays away from a resting order's price.

        The broker would find the same, at ten times the cost: a resting order waits for many bars, and this is
        asked on each of them.
        """
        if self._fills_below is None:
            return False
        price = self.order.created.price
        if self._fills_below:
            return bool(opening > price and self._low() > price)
        return bool(opening < price and self._high() < price)

    def _high(self) -> float:
        return float(self.order.data.tick_high if self.has_ticks else self._instrument.high[0])

    def _low(self) -> float:
        return float(self.order.data.tick_low if self.has_ticks else self._instrument.low[0])

    def _has_price(self) -> bool:
        """Return whether the fill will have a price and a size: slippage needs a high and a low, a filler a range."""
        order, bar = self.order, self._instrument
        # An earlier bar's close is a price whatever this one's is.
        is_at_close = order.exectype == bt.Order.Close and not _is_overdue(order, bar.time[0])
        close = order.data.tick_close if self.has_ticks else bar.close[0]
        if is_at_close and not 0.0 < close < math.inf:
            return False
        terms = order.owner.broker.p
        if not (terms.slip_perc or terms.slip_fixed or terms.filler):
            return True
        high, low = self._high(), self._low()
        if terms.filler is None:
            return bool(0.0 < high < math.inf and 0.0 < low < math.inf)
        return bool(0.0 < low <= high < math.inf and 0.0 <= order.data.volume[0] < math.inf)

    def _has_something(self) -> bool:
        """Cut an exit to what there is to close, and let one of all take it to the last bit, so that no dust stays.

        What leaves at the close of an earlier bar, of which only this one tells that it was the session's last, was
        gone before this bar began.
        """
        order = self.order
        held = order.owner.broker.positions[order.data].size
        for closing in self._closings:
            if closing is not order and _is_overdue(closing, self._instrument.time[0]):
                held += closing.executed.remsize
        executed = order.executed
        if held * executed.remsize >= 0.0:
            return False
        if executed.remsize != -held and at_least(abs(executed.remsize), abs(held)):
            executed.remsize = -held
            order.size = order.created.size = executed.size - held
        return True


def _is_overdue(closing: Any, time: float) -> bool:
    """Return whether an exit at the close will trade at the close of a session that `time` lies behind."""
    has_expired = bool(closing.valid) and time > closing.valid
    return bool(closing.pannotated) and closing.alive() and time > closing.dteos and not has_expired


def _fills_below(order: Any) -> bool | None:
    """Return whether a plain stop or limit fills at its price or lower, or at it or higher; None for all others."""
    if order.exectype not in (bt.Order.Stop, bt.Order.Limit):
        return None
    return bool(order.isbuy() == (order.exectype == bt.Order.Limit))
