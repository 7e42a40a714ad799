"""A trade on its way, fill by fill: mean prices, furthest prices, parts. Gives: `TradeRecord`s, to the trade book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import nan

from bt_risk.rules.attribution import (
    NOTHING,
    Exposure,
    Money,
    TradePath,
    attribute_trade,
    no_stop_level,
)
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.trade_record import EntryFill, ExitFill, TradeRecord

# Exits that a stop caused: what they lose beyond it is a gap, and not the choice of another rule.
STOPPED = frozenset((ExitReason.STOP, ExitReason.TRAIL, ExitReason.BREAK_EVEN, ExitReason.FILL_BEYOND_STOP))


class OpenTrade:
    """The fills of one position so far.

    Units that leave take the mean of the prices of all that are held, as the broker counts them: what one exit makes
    is then its own for any order of fills, and an exchange rate or a scheme that is not linear is asked at its time.
    """

    __slots__ = (
        "_decided",
        "_entry",
        "_exposed",
        "_exposed_bar",
        "_high",
        "_low",
        "_mae",
        "_mfe",
        "_paid",
        "_parts",
        "_quoted",
        "_range",
        "_since",
        "_stop",
        "_until",
        "data",
        "entries",
        "exits",
        "held",
        "is_long",
    )

    def __init__(self, data: str, *, is_long: bool) -> None:
        self.data = data
        self.is_long = is_long
        self.entries: list[EntryFill] = []
        self.exits: list[ExitFill] = []
        self.held = 0.0
        self._decided = self._stop = self._quoted = self._entry = 0.0
        self._high = self._low = nan
        self._range = (-1, nan, nan)
        self._mae = self._mfe = 0.0
        self._exposed = self._since = self._until = 0.0
        self._exposed_bar = -1
        self._parts = NOTHING
        self._paid = 0.0

    def enter(self, fill: EntryFill, high: float, low: float) -> None:
        """Take in units that came in, and how far the price went on that bar while any were held."""
        if self.entries:
            self._count_range(fill.bar)
            self._mae, self._mfe = self._excursions(self._high, self._low)
        self.entries.append(fill)
        self._paid += fill.commission
        held, units = self.held, fill.units
        self.held = total = held + units
        stop = no_stop_level(fill.decided, is_long=self.is_long) if fill.stop is None else fill.stop
        self._decided = (self._decided * held + fill.decided * units) / total
        self._stop = (self._stop * held + stop * units) / total
        self._quoted = (self._quoted * held + fill.quote * units) / total
        self._entry = (self._entry * held + fill.price * units) / total
        self._high = self._low = fill.quote
        self._range = (fill.bar, high, low)
        if fill.unprotected_close is not None:
            self._expose(fill, fill.unprotected_close)

    def _expose(self, fill: EntryFill, close: float) -> None:
        if self._exposed_bar != fill.bar:
            self._exposed, self._exposed_bar = 0.0, fill.bar
        exposed = self._exposed + fill.units
        self._since = (self._since * self._exposed + fill.quote * fill.units) / exposed
        self._exposed, self._until = exposed, close

    def adopt(self, stop: float, money: Money) -> None:
        """Take `stop` for the decided one of the entries so far, which no request of the strategy's led to."""
        for place, fill in enumerate(self.entries):
            risk = max(0.0, -money(self.sign * fill.units, fill.decided, stop))
            self.entries[place] = replace(fill, stop=stop, risk=risk)
        self._stop = stop

    def leave(self, fill: ExitFill, money: Money, seen: Iterable[float] = ()) -> None:
        """Take in units that left, and the prices that the bar has surely `seen` before.

        `money` is what the instrument makes of a step.
        """
        self._count_range(fill.bar)
        for price in (*seen, fill.quote):
            self._reach(price, price)
        exposure = None
        if fill.bar == self._exposed_bar + 1 and self._exposed:
            exposure = Exposure(self._exposed / self.held, self._since, self._until)
        path = TradePath(
            size=self.sign * fill.units,
            decided=self._decided,
            decided_stop=self._stop,
            quoted_entry=self._quoted,
            entry=self._entry,
            last_stop=fill.stop,
            quoted_exit=fill.quote,
            exit=fill.price,
            is_stopped=fill.stop is not None and fill.reason in STOPPED,
            costs=fill.commission,
            exposure=exposure,
        )
        parts = attribute_trade(path, money)
        self._parts += parts
        self.exits.append(fill.with_parts(parts))
        left = self.held - fill.units
        self._exposed *= left / self.held
        self.held = left

    @property
    def sign(self) -> float:
        """1 for a long, -1 for a short."""
        return 1.0 if self.is_long else -1.0

    def see(self, bar: int, high: float, low: float) -> None:
        """Take in the range of a bar, which counts unless the trade ends on it."""
        last, highest, lowest = self._range
        if bar > last:
            # What `_reach` does, without a call: this is done for every open trade on every bar.
            if highest > self._high:
                self._high = highest
            if lowest < self._low:
                self._low = lowest
            self._range = (bar, high, low)

    def _count_range(self, bar: int) -> None:
        """Count the last range that was seen if it came before `bar`."""
        last, high, low = self._range
        if last < bar:
            self._reach(high, low)

    def _reach(self, high: float, low: float) -> None:
        if high > self._high:
            self._high = high
        if low < self._low:
            self._low = low

    def _excursions(self, high: float, low: float) -> tuple[float, float]:
        """Return the furthest moves against and with the trade, from the mean entry that holds now, in R."""
        distance = abs(self._decided - self._stop)
        if not distance:
            return nan, nan
        up, down = (high - self._entry) / distance, (self._entry - low) / distance
        against, along = (down, up) if self.is_long else (up, down)
        return max(self._mae, against), max(self._mfe, along)

    def record(self, number: int, *, bar: int, is_closed: bool) -> TradeRecord:
        """Return it as it stands on the instrument's bar number `bar`."""
        high, low = self._high, self._low
        if not is_closed:
            high, low = max(high, self._range[1]), min(low, self._range[2])
        mae, mfe = self._excursions(high, low)
        return TradeRecord(
            number=number,
            data=self.data,
            is_long=self.is_long,
            entries=tuple(self.entries),
            exits=tuple(self.exits),
            parts=self._parts.with_costs(self._paid),
            mae=mae,
            mfe=mfe,
            bars=bar - self.entries[0].bar,
            is_closed=is_closed,
        )
