"""What the account's halts look at on one bar. Gives: `Observation`, to their steps."""

from __future__ import annotations

import datetime as dt
from math import nan
from typing import NamedTuple

from bt_risk.rules.notice import Notice


class Observation(NamedTuple):
    """The account at a bar's close, by bar time.

    Attributes
    ----------
    session, time
        The date of the session that the bar belongs to, and the bar's time.
    equity, previous_equity
        Broker value, open profit and loss included, not finite where no price is known; the last known one before
        it, NaN at the start.
    cash_flow
        Deposits (positive) and withdrawals since `previous_equity`; `equity` includes them.
    positions, is_flat
        Open positions; whether there is neither a position nor an entry on its way.
    is_daily
        A bar is a whole session: an order sent now fills in the next one.
    strategy_pnl, strategy_capital
        The strategy's own realised and open profit, and the capital it was given.
    correlations
        One number for each pair of open positions, sides counted, NaN where not known; empty for fewer than two.
    spikes
        What `volatility_spike` and `price_spike` found on this bar, on any instrument.
    trips
        Names of further conditions that open the breaker, such as an operator's hand.
    failures
        Names of failures outside the account that call for an emergency stop.
    """

    session: dt.date
    time: dt.datetime
    equity: float
    previous_equity: float = nan
    cash_flow: float = 0.0
    positions: int = 0
    is_flat: bool = True
    is_daily: bool = False
    strategy_pnl: float = nan
    strategy_capital: float = nan
    correlations: tuple[float, ...] = ()
    spikes: tuple[Notice, ...] = ()
    trips: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
