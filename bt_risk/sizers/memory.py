"""What a sizer must have seen before it is asked. Gives: average ranges, volatility, closed trades."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import backtrader as bt

from bt_risk.market.instruments import Instrument, name_instruments
from bt_risk.maths.returns import annualised_volatility, periods_per_year, simple_returns
from bt_risk.maths.trade_stats import win_loss_averages
from bt_risk.rules.request import TradeHistory


class Memory(bt.Analyzer):
    """Follow the bars and the closed trades of one strategy, for the sizer that attaches it.

    Backtrader calls a sizer only when an order has no size. This analyzer is told of the account's value once a bar,
    before the strategy's `next` and also in its minimum period, and takes in the bar then. It is attached beside the
    analyzers that the user added, whose list does not change.
    """

    params = (("account", None), ("atr_period", 14), ("volatility_period", None))

    def __init__(self) -> None:
        names = name_instruments(self.datas)
        self.instruments = {
            data: Instrument(data, name, self.p.atr_period)
            for data, name in zip(self.datas, names, strict=True)
        }
        self._length = 0
        self._pnls: list[float] = []
        self._closes: dict[Any, deque[float]] = {}
        self._times: dict[Any, list[float]] = {}
        if self.p.volatility_period is not None:
            for data in self.datas:
                self._closes[data] = deque(maxlen=self.p.volatility_period + 1)
                self._times[data] = []

    def notify_cashvalue(self, cash: float, value: float) -> None:
        """Take in this bar."""
        self._catch_up()

    def notify_trade(self, trade: Any) -> None:
        """Remember a closed trade."""
        if trade.isclosed:
            self._pnls.append(self.p.account.view.convert(trade.data, trade.pnlcomm))
            self.p.account.forget(trade.data)

    def look(self, data: Any) -> tuple[Instrument, bool]:
        """Return what is known of `data` now, and whether its bar has only opened.

        In `next_open` and in cheating timers the bar is delivered and the strategy has not come to it yet: its high,
        low and close lie in the future.
        """
        if len(self.strategy) > self._length:
            self._catch_up()
        instrument = self.instruments[data]
        return instrument, instrument.time.lencount > instrument.bars

    def history(self) -> TradeHistory:
        """Return the closed trades as Kelly needs them."""
        if not self._pnls:
            return TradeHistory()
        win_rate, average_win, average_loss = win_loss_averages(self._pnls)
        return TradeHistory(len(self._pnls), win_rate, average_win / average_loss)

    def annual_volatility(self, data: Any, bars_a_year: float | None) -> float:
        """Return the annualised volatility of the last returns; NaN before the period is full.

        How many bars a year holds is taken from their times where it is not given.
        """
        closes = self._closes[data]
        if len(closes) <= self.p.volatility_period:
            return math.nan
        if bars_a_year is None:
            bars_a_year = periods_per_year(self._times[data])
        return annualised_volatility(simple_returns(list(closes)), bars_a_year)

    def _catch_up(self) -> None:
        self._length = len(self.strategy)
        self.p.account.view.see_rates()
        for data, instrument in self.instruments.items():
            bars = instrument.time.lencount
            if bars == instrument.bars:
                continue
            instrument.bars = bars
            instrument.atr.update(instrument.high[0], instrument.low[0], instrument.close[0])
            if self._closes and instrument.is_usable():
                self._closes[data].append(instrument.close[0])
                self._times[data].append(instrument.time[0])
