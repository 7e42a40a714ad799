"""The audit of trade records. Requires: the auditor's book. Gives: problems, to the auditor.

Every trade is written down a second time from the broker's fills, its profit taken from the commission scheme; the
broker's own trades are a third account of it. What the desk has recorded must be the same, and its parts their sum.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field

import backtrader as bt

from tests.bench.book import MARKETS, STOP, STRANGER, Seen, above, bar_of, is_shown, is_sound, same

# Of the money that has changed hands.
TOLERANCE = 1e-9


@dataclass
class Fill:
    """One fill; `level` is the live stop before it, `bar` the number of the data's bar and `prices` what it showed.

    `asked` are the order's own prices as the broker found them, before it moved a trail on. `is_at_close` of that
    bar, or `is_earlier`, at the close of the one before it.
    """

    seen: Seen
    units: float
    price: float
    bar: int
    prices: tuple[float, ...]
    asked: tuple[float, ...]
    is_sound: bool
    is_at_close: bool
    is_earlier: bool
    level: float | None


@dataclass
class Told:
    """One position as its fills tell it: money before and after commissions, and its bars from first to last."""

    is_long: bool
    entries: list[Fill] = field(default_factory=list)
    exits: list[Fill] = field(default_factory=list)
    gross: float = 0.0
    commissions: float = 0.0
    notional: float = 0.0
    bars: dict = field(default_factory=dict)

    @property
    def net(self) -> float:
        return self.gross - self.commissions


class TradeAudit:
    """Hold the desk's trades to the fills, and their sum to the broker's value."""

    def __init__(self, book):
        self.book = book
        self.broker = book.broker
        self.capital = self.broker.getvalue()
        self.open: dict = {}
        self.closed: list[tuple] = []
        self.by_broker: list[float] = []
        self.levels: dict = {}
        self.asked: dict = {}
        self.checked = 0
        self.turnover = 0.0

    def stand(self, live):
        """Take in the stops that the broker will try on the coming bar, and the prices of all that it will."""
        self.asked = {order.ref: (order.created.price, order.created.pricelimit) for order in live}
        stops = [self.book.seen[order.ref] for order in live if self.book.seen[order.ref].role == STOP]
        self.levels = {one.order.data: one.order.created.price for one in stops if not one.is_void()}

    def fill(self, seen, order, bit):
        """Take in one fill; the book still has the position as it was before."""
        data, held = order.data, self.book.held[order.data]
        terms = self.broker.getcommissioninfo(data)
        is_earlier = bit.dt < data.datetime[0]
        is_at_close = order.exectype == bt.Order.Close and not is_earlier
        sound = is_sound(data) and is_shown(data)
        asked = self.asked[order.ref]
        one = (
            bit.price,
            len(data),
            bar_of(data),
            asked,
            sound,
            is_at_close,
            is_earlier,
            self.levels.get(data),
        )
        if bit.closed:
            told = self.open[data]
            told.exits.append(Fill(seen, abs(bit.closed), *one))
            told.gross += terms.profitandloss(-bit.closed, held.price, bit.price)
            self.count(told, terms, bit.closed, bit.price, bit.closedcomm)
            if not bit.psize or (bit.psize > 0) != told.is_long:
                self.closed.append((data, self.open.pop(data)))
        if bit.opened:
            told = self.open.setdefault(data, Told(bit.opened > 0))
            told.entries.append(Fill(seen, abs(bit.opened), *one))
            self.count(told, terms, bit.opened, bit.price, bit.openedcomm)

    def count(self, told, terms, units, price, commission):
        notional = abs(terms.profitandloss(units, 0.0, price))
        told.notional += notional
        told.commissions += commission
        self.turnover += notional

    def trade(self, trade):
        """Take in one notice of the broker's own trades."""
        if trade.isclosed:
            self.by_broker.append(trade.pnlcomm)

    def audit(self, desk):
        """Compare, after a bar, what was recorded on it, and everything with the account."""
        for data, told in self.open.items():
            if self.book.has_new_bar(data):
                told.bars[len(data)] = (bar_of(data), is_sound(data))
        if not len(desk.trades) == len(self.closed) == len(self.by_broker):
            counts = f"{len(desk.trades)} at the desk, {len(self.by_broker)} at the broker"
            self.book.blame("I10", None, f"{len(self.closed)} trades are closed, {counts}")
            return
        while self.checked < len(self.closed):
            self.compare(desk.trades[self.checked], *self.closed[self.checked])
            self.checked += 1
        self.audit_value(desk)

    def audit_value(self, desk):
        """All trades and what the open ones would make now are the change of the account."""
        marks = self.book.heat.marks
        made = sum(trade.realised for trade in (*desk.trades, *desk.open_trades))
        held = {data: one for data, one in self.book.held.items() if one.size}
        if not all(map(is_shown, held)):
            return
        # As `worth` does: where the broker's value is no number the last prices count, for all that is held.
        is_priced = math.isfinite(self.broker.getvalue()) and all(0 < d.close[0] < math.inf for d in held)
        for data, one in held.items():
            terms, mark = self.broker.getcommissioninfo(data), data.close[0] if is_priced else marks[data]
            made += terms.profitandloss(one.size, one.price, mark) - self.broker.d_credit[data]
            made += self.book.heat.overturned(data, one, mark)
        come = sum(getattr(self.book.strategy, "flows", [])[: self.book.halts.come])
        change = self.book.heat.worth() - self.capital - come
        if abs(made - change) > TOLERANCE * (self.turnover + abs(self.capital)):
            self.book.blame("I10", None, f"the trades made {made}, the account changed by {change}")

    def compare(self, trade, data, told):
        """Hold one record to the fills, to the broker's own trade, and its parts to what it realised."""
        by_broker, parts = self.by_broker[self.checked], trade.parts
        accounts = {"broker's trade": by_broker, "record": trade.realised, "parts": parts.realised}
        for what, money in accounts.items():
            if not abs(money - told.net) <= TOLERANCE * told.notional:
                self.book.blame(
                    "I10", data, f"the fills made {told.net}, the {what} {money}: {asdict(parts)}"
                )
        if trade.data != data._name or trade.is_long != told.is_long:
            self.book.blame("I10", data, f"recorded as {trade.data}, long {trade.is_long}")
        for fills, recorded in ((told.entries, trade.entries), (told.exits, trade.exits)):
            mine = [(one.units, one.price, one.bar) for one in fills]
            if mine != [(one.units, one.price, one.bar) for one in recorded]:
                self.book.blame("I10", data, f"fills {mine} are recorded as {recorded}")
                return
        self.audit_slippage(trade, data, told)
        self.audit_entries(trade, data, told)
        self.audit_stops(trade, data, told)
        if len(told.entries) == 1 and told.entries[0].bar in (*told.bars, told.exits[-1].bar):
            self.audit_excursions(trade, data, told)
        self.note(trade, is_future=not self.broker.getcommissioninfo(data).stocklike)

    def audit_slippage(self, trade, data, told):
        """A fill is at its quote or worse by no more than the slippage; a quote is a price of the bar or the order."""
        terms = self.broker.p
        entries = [(trade.is_long, *pair) for pair in zip(trade.entries, told.entries, strict=True)]
        exits = [(not trade.is_long, *pair) for pair in zip(trade.exits, told.exits, strict=True)]
        for is_buy, one, mine in entries + exits:
            worse = (one.price - one.quote) * (1 if is_buy else -1)
            most = terms.slip_perc * one.quote or terms.slip_fixed
            dust = 1e-9 * one.quote
            # At the close before it, slippage ends within this bar, wherever that lies.
            if mine.is_sound and not mine.is_earlier and not -dust <= worse <= most + dust:
                self.book.blame("I10", data, f"filled at {one.price}, quoted {one.quote}, slippage {most}")
            opening, high, low, close = mine.prices
            if not mine.is_sound or mine.is_earlier:
                continue
            known = {close} if mine.is_at_close else {opening, *mine.asked}
            if above(low, one.quote) or above(one.quote, high) or one.quote not in known:
                self.book.blame("I10", data, f"quoted {one.quote} on a bar of {mine.prices}, not {known}")

    def audit_entries(self, trade, data, told):
        """What was decided is what the order was sent with, and only what waited for a price was unprotected."""
        for one, mine in zip(trade.entries, told.entries, strict=True):
            seen, side = mine.seen, 1 if trade.is_long else -1
            if seen.role == STRANGER:
                if one.decision is not None or one.decided != one.quote:
                    self.book.blame("I10", data, f"an order past the desk was decided: {one}")
                continue
            if not same(one.decided, seen.price):
                self.book.blame("I10", data, f"decided at {one.decided}, sent at {seen.price}")
            if seen.stop is not None and (
                one.stop is None or side * (seen.stop - one.stop) > 1e-9 * seen.stop
            ):
                self.book.blame("I10", data, f"decided with a stop at {one.stop}, sent with {seen.stop}")
            if one.stop is not None and one.is_unprotected == self.is_guarded(seen.order, mine):
                self.book.blame(
                    "I10", data, f"an entry by {seen.order.getordername()}, {one.is_unprotected=}"
                )

    def is_guarded(self, order, fill):
        """Return whether a stop must have stood behind an entry on its bar, as far as that went on."""
        is_whole = self.broker.p.filler is None
        if order.exectype == bt.Order.Close:
            return fill.is_at_close or is_whole
        return is_whole and order.exectype in MARKETS and self.book.p.limits.entry_bar_stop

    def audit_stops(self, trade, data, told):
        """The stop in force at an exit is the order that was met, or the one that covered the position before."""
        for one, mine in zip(trade.exits, told.exits, strict=True):
            level = mine.level
            if mine.seen.role == STOP:
                level = mine.asked[0]
            elif mine.bar == told.entries[0].bar:
                continue
            if level is not None and (one.stop is None or not same(one.stop, level)):
                self.book.blame(
                    "I10", data, f"left by {one.reason} with the stop at {one.stop}, seen {level}"
                )

    def audit_excursions(self, trade, data, told):
        """The furthest prices are those of the bars in between, and what is sure of the first and the last one."""
        (entry,), (came,), last = trade.entries, told.entries, told.exits[-1].bar
        prices = [entry.quote, *(one.quote for one in trade.exits)]
        for one in told.exits:
            if one.is_sound and one.bar > came.bar and not one.is_earlier:
                prices += one.prices[1:3] if one.is_at_close else one.prices[:1]
        is_market = came.seen.order.exectype == bt.Order.Market
        is_from_open = is_market or came.is_earlier or entry.quote == came.prices[0]
        for bar, ((_, high, low, close), is_usable) in told.bars.items():
            if bar != last and is_usable:
                prices += [high, low] if bar > came.bar or is_from_open else [close]
        distance = entry.distance(is_long=trade.is_long)
        if not distance:
            if not (math.isnan(trade.mae) and math.isnan(trade.mfe)):
                self.book.blame("I10", data, f"excursions of {trade.mae}, {trade.mfe} R without an R")
            return
        side = 1 if trade.is_long else -1
        moves = [side * (price - entry.price) / distance for price in prices]
        found, wanted = (trade.mae, trade.mfe), (max(0.0, -min(moves)), max(0.0, *moves))
        dust = 1e-9 * entry.price / distance
        if any(abs(mine - its) > dust + 1e-9 * its for mine, its in zip(found, wanted, strict=True)):
            self.book.blame("I10", data, f"excursions of {found} R, the bars show {wanted}")

    def note(self, trade, *, is_future):
        met, parts = self.book.met, asdict(trade.parts)
        side = "long" if trade.is_long else "short"
        met["trade recorded"] += 1
        for which, is_one in ((side, True), ("future", is_future)):
            if is_one:
                met[f"trade of a {which}"] += 1
                met[f"trade of a {which} with an add"] += trade.adds > 0
                met[f"trade of a {which} in parts"] += len(trade.exits) > 1
                met[f"entry gap against a {which}"] += parts["entry_gap"] < 0
                met[f"exit gap against a {which}"] += parts["exit_gap"] < 0
                met[f"entry gap in favour of a {which}"] += parts["entry_gap"] > 0
        for name, money in parts.items():
            met[f"part {name}"] += abs(money) > 1e-6 * trade.risk
        met["trade with an add"] += trade.adds > 0
        met["trade in parts"] += len(trade.exits) > 1
        met["trade unprotected"] += trade.is_unprotected
        for one in trade.exits:
            met[f"left by {one.reason}"] += 1
