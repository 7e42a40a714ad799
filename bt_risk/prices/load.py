"""Load prices from a CSV file or a DataFrame into the one form that everything else relies on."""

from __future__ import annotations

import datetime as dt
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from bt_risk.errors import PriceError
from bt_risk.prices.check import check_prices
from bt_risk.prices.convert import to_dates, to_numbers
from bt_risk.prices.read_csv import read_csv
from bt_risk.prices.read_frame import read_frame
from bt_risk.prices.table import FIELDS, Table, brief
from bt_risk.prices.window import cut


def load_prices(
    source: str | PathLike[str] | pd.DataFrame,
    *,
    name: str | None = None,
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
) -> pd.DataFrame:
    """Return checked prices: float columns Open, High, Low, Close, Volume by a naive, strictly rising index "Date".

    Labels may have any case; columns other than these, "Adj Close" among them, are left out. Without a Volume column
    the volume is 0, which means that it is not known. Times keep the exchange's own clock: a time zone is dropped.

    Parameters
    ----------
    source : path or DataFrame
        A CSV file with ISO dates, or a frame with the dates in its index or in a column Date. The nested columns of
        yfinance are accepted for one ticker.
    name : str, optional
        The name of the series, kept in ``attrs["name"]``: by default the stem of the file, the name that the frame
        has there already, or its ticker; empty where there is none.
    start, end : ISO date, date or datetime, optional
        First and last day wanted, both included. The check covers the rows outside too.

    Raises
    ------
    PriceError
        In one line with the file, line, date and field: no such file, no table, a date that is missing, out of order
        or there twice, a price that is not a finite number above zero, a high or low that is not the highest or lowest
        of its bar, a negative volume, or nothing in the range. Rows of a frame are counted from 1.
    """
    if isinstance(source, pd.DataFrame):
        table = read_frame(source, name)
    elif isinstance(source, str | PathLike):
        table = read_csv(Path(source))
    else:
        raise PriceError(
            f"source must be a CSV path or a DataFrame, e.g. 'AAPL.csv'; received {brief(repr(source))}"
        )
    frame = _frame(table)
    check_prices(frame, table)
    frame = cut(frame, table.source, start, end)
    frame.attrs["name"] = name or table.name
    return frame


def _frame(table: Table) -> pd.DataFrame:
    dates = to_dates(table.dates)
    unknown = np.zeros(len(dates))
    columns = (to_numbers(table.columns[field]) if field in table.columns else unknown for field in FIELDS)
    return pd.DataFrame(dict(zip(FIELDS, columns, strict=True)), index=dates)
