"""Load prices from a file or a DataFrame into the one form that everything else relies on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from os import PathLike

import pandas as pd

from bt_risk.prices.check import refuse_bad
from bt_risk.prices.convert import to_frame
from bt_risk.prices.read import read_table
from bt_risk.prices.repair import repaired
from bt_risk.prices.window import cut


def load_prices(
    source: str | PathLike[str] | pd.DataFrame,
    *,
    name: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    repair: Sequence[str] = (),
) -> pd.DataFrame:
    """Return checked prices: float columns Open, High, Low, Close, Volume by a naive, strictly rising index "Date".

    Labels may have any case; columns other than these, "Adj Close" among them, are left out. Without a Volume column
    the volume is 0, which means that it is not known. Times keep the exchange's own clock: a time zone is dropped.

    Parameters
    ----------
    source : path or DataFrame
        A CSV file with ISO dates (yfinance's of one ticker among them), a Parquet file (which needs pyarrow), or a
        frame with the dates in its index or in a column Date. The nested columns of yfinance are accepted for one
        ticker; of several, `name` picks one.
    name : str, optional
        The name of the series, kept in ``attrs["name"]``: by default the stem of the file, the name that the frame
        has there already, or its ticker; empty where there is none.
    start, end : ISO date, date or datetime, optional
        First and last day wanted, both included. The check covers the rows outside too.
    repair : sequence of str, optional
        What may be mended, of "drop_bad_rows", "unknown_volume", "widen_bars", "sort", "drop_duplicates" and
        "adjust_splits" (see `bt_risk.prices.repair`). Without it nothing is. Each mended row, or run of rows, is a
        line of ``attrs["repairs"]``; what is left wrong is refused as ever.

    Raises
    ------
    PriceError
        In one line with the file, line, date and field: no such file, no table, a date that is missing, out of order
        or there twice, a price that is not a finite number above zero, a high or low that is not the highest or lowest
        of its bar, a negative volume, or nothing in the range. Rows of a frame are counted from 1.
    """
    table = read_table(source, name)
    frame = to_frame(table)
    repairs: list[str] = []
    if repair:
        frame, table, repairs = repaired(frame, table, repair)
    refuse_bad(frame, table)
    frame = cut(frame, table.source, start, end)
    frame.attrs["name"] = name or table.name
    if repair:
        frame.attrs["repairs"] = repairs
    return frame
