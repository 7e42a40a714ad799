"""Trades as a table. Requires: records, or the file that holds them. Gives: a DataFrame of the flat columns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import cast

import pandas as pd

from bt_risk.rules.journal import iter_trades
from bt_risk.rules.trade_record import FLAT_COLUMNS, TradeRecord


def trades_frame(source: str | os.PathLike[str] | Iterable[TradeRecord]) -> pd.DataFrame:
    """Return a row for each trade: fills, R, how far it went, and what it made in parts.

    Money is in account currency, losses negative; `risk`, `overshoot`, `never_promised`, `mae` and `mfe` are positive.
    `stop` is empty where none was decided, `closed` while a trade is open. Several fills of one side are one row, at
    their mean price; they are in the records.

    Parameters
    ----------
    source
        Records, such as ``strategy.bt_risk.trades``, ``open_trades``, or both in one list; or the path of a JSON Lines
        file.

    Raises
    ------
    JournalError
        The file cannot be read.
    """
    is_path = isinstance(source, str | os.PathLike)
    trades = iter_trades(cast("str", source)) if is_path else cast("Iterable[TradeRecord]", source)
    frame = pd.DataFrame([trade.to_row() for trade in trades], columns=list(FLAT_COLUMNS))
    times = {name: pd.to_datetime(frame[name]) for name in ("opened", "closed")}
    return frame.assign(**times).astype({"decision": "Int64", "stop": float})
