"""Read a DataFrame of any provenance: its dates in the index or a column, its columns flat or by ticker."""

from __future__ import annotations

import pandas as pd

from bt_risk.errors import PriceError
from bt_risk.prices.table import Table, match_columns


def read_frame(frame: pd.DataFrame, name: str | None, source: str | None = None) -> Table:
    """Return the cells of a frame; the columns that yfinance nests under one ticker are taken out first.

    Where there are several tickers, the one called `name` is taken, whatever its case. `source` opens every error; by
    default it is "frame" and the name.
    """
    name = name or frame.attrs.get("name", "")
    if isinstance(frame.columns, pd.MultiIndex):
        frame, ticker = _one_ticker(frame, name, source or _source(name))
        name = name or ticker
    source = source or _source(name)
    positions = match_columns(list(frame.columns), source)
    date = positions.pop("Date", None)
    dates = frame.index
    if date is not None and not isinstance(dates, pd.DatetimeIndex):
        column = frame.iloc[:, date]
        dates = pd.Index(column, dtype=column.dtype)
    elif pd.api.types.is_numeric_dtype(dates.dtype):
        raise PriceError(
            f"{source}: the index must hold dates; received numbers; call set_index on the dates"
        )
    columns = {field: frame.iloc[:, position].array for field, position in positions.items()}
    return Table(source, name, dates, columns, "row", range(1, len(frame) + 1))


def _source(name: str) -> str:
    return f"frame {name}".rstrip()


def _one_ticker(frame: pd.DataFrame, name: str, source: str) -> tuple[pd.DataFrame, str]:
    levels = [
        {str(label).lower() for label in frame.columns.get_level_values(level)}
        for level in range(frame.columns.nlevels)
    ]
    fields = next((level for level, labels in enumerate(levels) if "close" in labels), None)
    if fields is None or len(levels) != 2:
        raise PriceError(
            f"{source}: the columns must be Open, High, Low and Close, or these nested under one ticker; "
            f"received {len(levels)} levels; name the columns so"
        )
    labels = frame.columns.get_level_values(1 - fields)
    tickers = labels.unique()
    named = [ticker for ticker in tickers if str(ticker).lower() == name.lower()]
    ticker = (named or list(tickers))[0]
    if len(tickers) != 1 and len(named) != 1:
        raise PriceError(
            f"{source}: the frame must hold one ticker; received {', '.join(map(str, tickers))}; "
            f"take one, e.g. frame.xs({tickers[0]!r}, axis=1, level={1 - fields})"
        )
    frame = frame.loc[:, labels == ticker]
    return frame.set_axis(frame.columns.get_level_values(fields), axis=1), str(ticker)
