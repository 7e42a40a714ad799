"""The bars of one trade, with the stop that was in force on each. Requires: a run's frames. Gives: a DataFrame."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bt_risk.rules.trade_record import TradeRecord

# Enough to see where a trade came from and what it missed.
BEFORE, AFTER = 10, 5
COLUMNS = ("open", "high", "low", "close", "stop", "target", "units", "own_heat", "heat")


def trade_bars(
    trade: TradeRecord,
    *,
    prices: pd.DataFrame,
    book: pd.DataFrame,
    account: pd.DataFrame,
    before: int = BEFORE,
    after: int = AFTER,
) -> pd.DataFrame:
    """Return the bars from some before the first fill to some after the last, indexed by time.

    `stop` and `target` are the prices in force while the bar traded, `units` are those held at its close, signed;
    `heat` is that of the account after it, `own_heat` the part of it that this position has, fractions of equity.

    Parameters
    ----------
    trade
        The record; of an open trade the bars go to the end.
    prices
        Open, High, Low and Close of its instrument, a row a bar.
    book
        A row a position and bar, as of `RecordedRun`.
    account
        Equity and heat, indexed by time.
    """
    first = trade.entries[0].bar - 1
    last = trade.exits[-1].bar - 1 if trade.is_closed else len(prices) - 1
    shown = prices.iloc[max(0, first - before) : last + after + 1]
    bars = shown[["Open", "High", "Low", "Close"]].set_axis(list(COLUMNS[:4]), axis=1).rename_axis("datetime")
    own = book[book["data"] == trade.data].set_index("datetime")
    since, until = prices.index[first], prices.index[last]
    own = own[(own.index >= since) & ((own.index < until) | (not trade.is_closed))]
    # What stands at the end of a bar is in force on the next one.
    behind = own.reindex(bars.index).shift(1)
    inside = (bars.index > since) & (bars.index <= until)
    stop = behind["stop"].ffill().where(inside & behind["units"].notna().to_numpy())
    known = account.reindex(bars.index, method="ffill")
    bars = bars.assign(
        stop=stop,
        target=behind["target"].where(inside),
        units=own["units"].reindex(bars.index).fillna(0.0),
        own_heat=(own["risk"].reindex(bars.index) / known["equity"]).fillna(0.0),
        heat=known["heat"],
    )
    decided = trade.entries[0]
    if decided.stop is not None and not decided.is_unprotected:
        bars.loc[since, "stop"] = decided.stop
    if trade.is_closed and trade.exits[-1].stop is not None:
        bars.loc[until, "stop"] = trade.exits[-1].stop
    return bars[list(COLUMNS)].replace([np.inf, -np.inf], np.nan)
