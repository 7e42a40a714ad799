"""The equity of a run as it came, and freed of deposits and withdrawals. Requires: a strategy. Gives: curves."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import backtrader as bt
import numpy as np
from numpy.typing import NDArray

from bt_risk.analyzers.plain import desk_of
from bt_risk.market.clock import WallClock
from bt_risk.maths.cash_flows import equity_without_flows
from bt_risk.maths.returns import known_returns

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
        self._broker, self._desk = strategy.broker, desk_of(strategy)
        self.first = float(self._broker.getvalue())
        self.has_flows = isinstance(self._broker, bt.brokers.BackBroker)
        self._shares = self._share_value = 0.0
        if self.has_flows:
            self._shares, self._share_value = self._broker.fundshares, self._broker.fundvalue
        self._clock: Any = WallClock(strategy)

    def see(self) -> None:
        """Take down one bar."""
        time = self._clock.number
        self.times.append(time)
        self.equity.append(float(self._broker.getvalue() if self._desk is None else self._desk.equity))
        self.flows.append(self._flow() if self.has_flows else 0.0)
        self.sessions.append(int(time))

    def close(self) -> None:
        """Let go of the run, which must not travel with the results of an optimisation."""
        self._broker = self._desk = self._clock = None

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

        See `maths.cash_flows.equity_without_flows`.
        """
        return equity_without_flows([self.first, *self.equity], [0.0, *self.flows])

    def returns(self) -> NDArray[np.float64]:
        """Return the change of the adjusted equity over each bar, as a fraction of the last known one before it.

        NaN where the equity is not known, or was not above zero before.
        """
        return known_returns(self.adjusted())


def zone_of(strategy: Any) -> Any:
    """Return the time zone of the first instrument, None where its feed names none."""
    return strategy.datas[0]._tz if strategy.datas else None


def session_of(time: float, zone: Any) -> int:
    """Return the number of the date of a bar's time, in `zone` where there is one."""
    # Of most feeds the date is the whole part of the time.
    return int(time) if zone is None else bt.num2date(time, tz=zone).toordinal()
