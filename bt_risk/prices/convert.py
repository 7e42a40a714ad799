"""Turn raw cells into numbers and dates: NaN and NaT mark what cannot be read, for the check to name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bt_risk.prices.table import FIELDS, Table

_OFFSET = re.compile(r"(:\d\d(?:\.\d+)?)(?:Z|[+-]\d\d:?\d\d)$")
_FIRST, _LAST = np.datetime64(dt.datetime.min), np.datetime64(dt.datetime.max)
# The kinds of arrays that numpy would cast to floats which mean nothing: complex numbers, spans, times, truth values.
_NO_NUMBERS = "cmMb"


def to_frame(table: Table) -> pd.DataFrame:
    """Return the five fields of a table as floats, by its dates; without a Volume the volume is 0."""
    dates = to_dates(table.dates)
    unknown = np.zeros(len(dates))
    columns = (to_numbers(table.columns[field]) if field in table.columns else unknown for field in FIELDS)
    return pd.DataFrame(dict(zip(FIELDS, columns, strict=True)), index=dates)


def to_numbers(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Return the cells as floats."""
    if getattr(getattr(cells, "dtype", None), "kind", "O") in _NO_NUMBERS:
        return np.full(len(cells), nan)
    try:
        return np.array(cells, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array([_number(cell) for cell in cells], dtype=np.float64)


def to_dates(cells: Sequence[Any]) -> pd.DatetimeIndex:
    """Return the cells as times of the exchange's own clock: a time zone is dropped, not converted."""
    if isinstance(cells, pd.DatetimeIndex):
        dates = cells.tz_localize(None)
    elif all(isinstance(cell, str) for cell in cells):
        dates = _of_texts(cells)
    else:
        dates = pd.DatetimeIndex([_date(cell) for cell in cells])
    # Backtrader's clock knows no finer unit, and files of one range then have one type of index.
    dates = dates.as_unit("us").rename("Date")
    times = dates.to_numpy()
    # The index reaches further than Python's calendar and Backtrader's clock: "12010-01-04" is a slip, not a date.
    return dates.where((times >= _FIRST) & (times <= _LAST)) if len(times) else dates


def _of_texts(cells: Sequence[str]) -> pd.DatetimeIndex:
    texts = [_OFFSET.sub(r"\1", cell.strip()) for cell in cells]
    return pd.DatetimeIndex(pd.to_datetime(texts, format="ISO8601", errors="coerce"))


def _date(cell: Any) -> pd.Timestamp:
    if isinstance(cell, str):
        return _of_texts([cell])[0]
    if isinstance(cell, dt.date | np.datetime64):
        return pd.Timestamp(cell).tz_localize(None)
    return pd.NaT


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return nan
