"""Trades as a table. Requires: their records. Gives: a DataFrame of the flat columns."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bt_risk.rules.trade_record import FLAT_COLUMNS, TradeRecord


def trades_frame(trades: Iterable[TradeRecord]) -> pd.DataFrame:
    """Return a row for each trade: fills, R, how far it went, and what it made in parts.

    Money is in account currency, losses negative; `risk`, `overshoot`, `never_promised`, `mae` and `mfe` are positive.
    `stop` is empty where none was decided, `closed` while a trade is open. Several fills of one side are one row, at
    their mean price; they are in the records.

    Parameters
    ----------
    trades
        Records, such as ``strategy.bt_risk.trades``, ``open_trades``, or both in one list.
    """
    frame = pd.DataFrame([trade.to_row() for trade in trades], columns=list(FLAT_COLUMNS))
    times = {name: pd.to_datetime(frame[name]) for name in ("opened", "closed")}
    return frame.assign(**times).astype({"decision": "Int64", "stop": float})
