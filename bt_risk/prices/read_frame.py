"""Read a DataFrame of any provenance: its dates in the index or a column, its columns flat or by ticker."""

from __future__ import annotations

import pandas as pd

from bt_risk.errors import PriceError
from bt_risk.prices.table import Table, match_columns


def read_frame(frame: pd.DataFrame, name: str | None) -> Table:
    """Return the cells of a frame; the columns that yfinance nests under one ticker are taken out first."""
    name = name or frame.attrs.get("name", "")
    if isinstance(frame.columns, pd.MultiIndex):
        frame, ticker = _one_ticker(frame, f"frame {name}".strip())
        name = name or ticker
    source = f"frame {name}".strip()
    positions = match_columns(list(frame.columns), source)
    columns = {field: frame.iloc[:, position] for field, position in positions.items()}
    dates = columns.pop("Date", None)
    if dates is None or isinstance(frame.index, pd.DatetimeIndex):
        if pd.api.types.is_numeric_dtype(frame.index.dtype):
            raise PriceError(
                f"{source}: the index must hold dates; received numbers; call set_index on the dates"
            )
        dates = frame.index
    return Table(source, name, dates, columns, "row", range(1, len(frame) + 1))


def _one_ticker(frame: pd.DataFrame, source: str) -> tuple[pd.DataFrame, str]:
    fields = next(
        (
            level
            for level in range(frame.columns.nlevels)
            if "close" in {str(label).lower() for label in frame.columns.get_level_values(level)}
        ),
        None,
    )
    if fields is None or frame.columns.nlevels != 2:
        raise PriceError(
            f"{source}: the columns must be Open, High, Low, Close or those nested under one ticker"
        )
    tickers = frame.columns.get_level_values(1 - fields).unique()
    if len(tickers) != 1:
        names = ", ".join(str(ticker) for ticker in tickers)
        raise PriceError(
            f"{source}: the frame must hold one ticker; received {names}; "
            f"take one, e.g. frame.xs({tickers[0]!r}, axis=1, level={1 - fields})"
        )
    return frame.set_axis(frame.columns.get_level_values(fields), axis=1), str(tickers[0])
