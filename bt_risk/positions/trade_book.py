"""Write down every trade from the broker's fills. Requires: the desk. Gives: `TradeRecord`s, open and closed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bt_risk.broker.orders import Role
from bt_risk.broker.quotes import is_shown, market_quote
from bt_risk.market.instruments import Instrument
from bt_risk.positions.plan import Plan
from bt_risk.rules.attribution import NOTHING, Money, no_stop_level
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.open_trade import OpenTrade
from bt_risk.rules.r_ledger import RLedger
from bt_risk.rules.trade_record import EntryFill, ExitFill, TradeRecord

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk

# Marks a notice whose fills are written down: under quicknotify the same one comes twice.
BOOKED = "bt_risk_booked"
OUTSIDE = "outside"


class TradeBook:
    """Follow each position from fill to fill, and keep the record of each trade that is closed.

    It reads fills as they are notified, before the desk takes in their bar: plans, holdings and the prices of the
    protective orders are then what they were when the broker filled. `total` and the `ledger` count every closed
    trade, also those that a bounded memory has forgotten. A position that was there before the run is in no record.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self._open: dict[Any, tuple[int, OpenTrade]] = {}
        # A data's bar, the stop in force on it and what had moved that: under quicknotify the last fills of a bar are
        # told of when the desk has moved on.
        self._guards: dict[Any, tuple[int, float | None, str]] = {}
        self.closed: list[TradeRecord] = []
        self.listeners: list[Callable[[TradeRecord], None]] = []
        self.total = 0
        self._most: int | None = None
        # Its trades are counted when somebody asks, or before they are forgotten: most runs ask once.
        self._ledger = RLedger()

    @property
    def open(self) -> list[TradeRecord]:
        """The trades that are not closed, as they stand."""
        return [
            trade.record(0, bar=self._desk.instruments[data].bars, is_closed=False)
            for data, (_, trade) in self._open.items()
        ]

    @property
    def ledger(self) -> RLedger:
        """What all closed trades made in R."""
        for record in self.closed[len(self.closed) - (self.total - self._ledger.trades) :]:
            self._ledger = self._ledger.after(record)
        return self._ledger

    def keep(self, most: int | None) -> None:
        """Keep the last `most` closed trades from now on, all where it is None."""
        self._most = most
        self._forget()

    def _close(self, record: TradeRecord) -> None:
        self.closed.append(record)
        self.total += 1
        # A file that fails takes back the bound of the memory: the trade must still be there.
        for listener in tuple(self.listeners):
            listener(record)
        self._forget()

    def _forget(self) -> None:
        if self._most is not None and len(self.closed) > self._most:
            self._ledger = self.ledger
            del self.closed[: len(self.closed) - self._most]

    def take(self, order: Any) -> None:
        """Write down the fills that a notice tells of, once."""
        executed = order.executed
        if executed.p1 == executed.p2 or BOOKED in vars(order):
            return
        vars(order)[BOOKED] = True
        for bit in executed.iterpending():
            if bit.closed:
                self._leave(order, bit)
            if bit.opened:
                self._enter(order, bit)

    def see(self, instrument: Instrument, high: float, low: float) -> None:
        """Let an open trade see the range of its bar."""
        found = self._open.get(instrument.data)
        if found is not None:
            found[1].see(instrument.bars, high, low)

    def note_stops(self) -> None:
        """Note the stops in force on a bar before the desk takes it in while fills of it are still to be told of."""
        holdings = self._desk.holdings.items()
        self._guards = {data: (len(data), one.stop, one.stop_reason) for data, one in holdings}

    def adopt(self, data: Any, stop: float) -> None:
        """Take a stop that a position without a request was given at once for its decided one."""
        found = self._open.get(data)
        if found is not None:
            found[1].adopt(stop, self._money(data))

    def _money(self, data: Any) -> Money:
        return functools.partial(self._desk.view.pnl, data)

    def _enter(self, order: Any, bit: Any) -> None:
        desk, data = self._desk, order.data
        ticket = desk.orders.tickets.get(order.ref)
        plan = None if ticket is None else ticket.plan
        quote = market_quote(order, bit, order.owner.broker)
        if data not in self._open:
            name = desk.instruments[data].name
            self._open[data] = order.ref, OpenTrade(name, is_long=bit.opened > 0)
        opened_by, trade = self._open[data]
        decided, stop = (quote, self._guard_of(data, trade)[0]) if plan is None else (plan.price, plan.stop)
        if not desk.profile.place_stops:
            stop = None
        level = no_stop_level(decided, is_long=trade.is_long) if stop is None else stop
        units = abs(float(bit.opened))
        trade.enter(
            EntryFill(
                units=units,
                decision=None if plan is None else plan.decision,
                decided=decided,
                stop=stop,
                quote=quote,
                price=bit.price,
                time=desk.clock.at(bit.dt),
                bar=len(data),
                commission=desk.view.convert(data, bit.openedcomm),
                risk=max(0.0, -desk.view.pnl(data, trade.sign * units, decided, level)),
                is_add=order.ref != opened_by,
                unprotected_close=None
                if stop is not None and self._is_guarded(order, bit, plan)
                else data.close[0],
            ),
            *self._range_behind(order, bit, trade, quote),
        )

    def _range_behind(self, order: Any, bit: Any, trade: OpenTrade, quote: float) -> tuple[float, float]:
        """Return high and low of the bar as far as units were held; the close twice where that is all that is sure."""
        data, instrument = order.data, self._desk.instruments[order.data]
        if not instrument.is_usable():
            return quote, quote
        is_from_open = order.exectype == order.Market or _is_of_bar_before(bit, data)
        if trade.entries or is_from_open or quote == instrument.open[0]:
            return instrument.high[0], instrument.low[0]
        return instrument.close[0], instrument.close[0]

    def _is_guarded(self, order: Any, bit: Any, plan: Plan | None) -> bool:
        """Return whether a stop stood behind an entry from its fill on, or nothing of the bar was left."""
        desk = self._desk
        if plan is None:
            return False
        if order.exectype == order.Close:
            return not (_is_of_bar_before(bit, order.data) and desk.orders.has_filler)
        return plan.is_market and desk.profile.entry_bar_stop and not desk.orders.has_filler

    def _leave(self, order: Any, bit: Any) -> None:
        desk, data = self._desk, order.data
        found = self._open.get(data)
        if found is None:
            return
        trade = found[1]
        reason, stop = self._cause(order, trade)
        fill = ExitFill(
            units=abs(float(bit.closed)),
            reason=str(reason),
            stop=stop,
            quote=market_quote(order, bit, order.owner.broker),
            price=bit.price,
            time=desk.clock.at(bit.dt),
            bar=len(data),
            commission=desk.view.convert(data, bit.closedcomm),
            pnl=desk.view.convert(data, bit.pnl),
            parts=NOTHING,
        )
        trade.leave(fill, self._money(data), self._seen_before(order, bit, trade))
        if bit.psize * trade.sign <= 0.0:
            del self._open[data]
            self._close(trade.record(self.total + 1, bar=fill.bar, is_closed=True))

    def _seen_before(self, order: Any, bit: Any, trade: OpenTrade) -> tuple[float, ...]:
        """Return prices of the bar that came before an exit for sure, while the trade was open."""
        data, instrument = order.data, self._desk.instruments[order.data]
        is_new = trade.entries[0].bar == len(data)
        if is_new or _is_of_bar_before(bit, data) or not instrument.is_usable() or not is_shown(data):
            return ()
        if order.exectype == order.Close:
            return instrument.high[0], instrument.low[0]
        return (instrument.open[0],)

    def _cause(self, order: Any, trade: OpenTrade) -> tuple[str, float | None]:
        """Return why an order has closed what it did, and the stop that was in force for it."""
        desk, data = self._desk, order.data
        ticket = desk.orders.tickets.get(order.ref)
        stop, moved_by = self._guard_of(data, trade)
        if ticket is None:
            return OUTSIDE, stop
        if ticket.role is Role.STOP:
            price = order.created.price
            return (moved_by if price == stop else ExitReason.STOP), price
        return ticket.reason, stop

    def _guard_of(self, data: Any, trade: OpenTrade) -> tuple[float | None, str]:
        """Return the stop in force and what had moved it: on the bar of the first entry the decided one."""
        if not (trade.entries and self._desk.profile.place_stops):
            return None, ExitReason.STOP
        if trade.entries[0].bar == len(data):
            return trade.entries[-1].stop, ExitReason.STOP
        bar, stop, moved_by = self._guards.get(data, (0, None, ExitReason.STOP))
        if bar == len(data):
            return stop, moved_by
        holding = self._desk.holdings.get(data)
        return (None, ExitReason.STOP) if holding is None else (holding.stop, holding.stop_reason)


def _is_of_bar_before(bit: Any, data: Any) -> bool:
    """Return whether an order was filled at the close before the bar on which the broker did it."""
    return bool(bit.dt < data.datetime[0])
