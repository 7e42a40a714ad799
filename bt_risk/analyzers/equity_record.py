"""The equity of a run as it came, and freed of deposits and withdrawals. Requires: a strategy. Gives: curves."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import backtrader as bt
import numpy as np
from numpy.typing import NDArray

from bt_risk.analyzers.plain import desk_of

NO_FLOWS = "the broker tells of no deposits and withdrawals: they count as profit and loss"


class EquityRecord:
    """Take down equity, flows and session after every bar.

    Equity is the desk's where there is one, else the broker's value. Backtrader's simulated broker keeps shares of the
    account as a fund does; their number changes by flows only, at the value that a share had before.
    """

    def __init__(self, strategy: Any) -> None:
        self.times: list[float] = []
        self.equity: list[float] = []
        self.flows: list[float] = []
        self.sessions: list[int] = []
        self._strategy, self._broker, self._desk = strategy, strategy.broker, desk_of(strategy)
        self.first = float(self._broker.getvalue())
        self.has_flows = isinstance(self._broker, bt.brokers.BackBroker)
        self._shares = self._share_value = 0.0
        if self.has_flows:
            self._shares, self._share_value = self._broker.fundshares, self._broker.fundvalue
        self._zone = strategy.datas[0]._tz if strategy.datas else None

    def see(self) -> None:
        """Take down one bar."""
        time = self._strategy.lines.datetime[0]
        self.times.append(time)
        self.equity.append(float(self._broker.getvalue() if self._desk is None else self._desk.equity))
        self.flows.append(self._flow() if self.has_flows else 0.0)
        # Of most feeds the date is the whole part of the time.
        self.sessions.append(
            int(time) if self._zone is None else bt.num2date(time, tz=self._zone).toordinal()
        )

    def close(self) -> None:
        """Let go of the run, which must not travel with the results of an optimisation."""
        self._strategy = self._broker = self._desk = self._zone = None

    def _flow(self) -> float:
        shares, before = self._broker.fundshares, self._share_value
        flow = 0.0 if shares == self._shares else (shares - self._shares) * before
        self._shares, self._share_value = shares, self._broker.fundvalue
        # The broker counts in shares, which leaves dust on the money.
        return float(f"{flow:.12g}") if math.isfinite(flow) else 0.0

    def dates(self) -> list[dt.datetime]:
        """Return the time of each bar."""
        return [bt.num2date(time) for time in self.times]

    def missing(self) -> dict[str, str]:
        """Return what is not known, and why."""
        missing = {} if self.has_flows else {"flows": NO_FLOWS}
        unknown = sum(not math.isfinite(value) for value in self.equity)
        if unknown:
            missing["equity"] = f"unknown on {unknown} of {len(self.equity)} bars, which are left out"
        return missing

    def adjusted(self) -> NDArray[np.float64]:
        """Return the equity had nothing been paid in or out: the value before the first bar, then one for each bar.

        A flow changes the stake, not the fortune: from then on a change of the equity counts in proportion to what it
        was before and after the flow, as for units of a fund. Without flows this is the equity. NaN where that is not
        finite.
        """
        curve = np.array([self.first, *self.equity])
        curve[~np.isfinite(curve)] = math.nan
        if any(self.flows):
            scale, offset = 1.0, 0.0
            waiting = 0.0
            for bar, flow in enumerate(self.flows, start=1):
                value, waiting = curve[bar], waiting + flow
                if math.isnan(value):
                    continue  # the flow shows in the next value that is known
                curve[bar] = scale * (value - waiting) + offset
                if waiting:
                    if value > 0.0 and value > waiting:
                        scale *= (value - waiting) / value
                    else:
                        offset -= scale * waiting
                    waiting = 0.0
        return curve

    def returns(self) -> NDArray[np.float64]:
        """Return the change of the adjusted equity over each bar, as a fraction of the last known one before it.

        NaN where the equity is not known, or was not above zero before.
        """
        return returns_of(self.adjusted())


def returns_of(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return value / last known value before - 1, one shorter than the curve; NaN after one of zero or less."""
    returns = np.full(max(curve.size - 1, 0), math.nan)
    known = np.flatnonzero(np.isfinite(curve))
    before, after = curve[known[:-1]], curve[known[1:]]
    changes = np.full(before.size, math.nan)
    np.divide(after, before, out=changes, where=before > 0.0)
    returns[known[1:] - 1] = changes - 1.0
    return returns
