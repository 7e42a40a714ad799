"""Cut prices to a window of dates, both ends included."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from bt_risk.errors import PriceError
from bt_risk.prices.check import show
from bt_risk.prices.table import brief


def cut(
    frame: pd.DataFrame, source: str, start: str | dt.date | None, end: str | dt.date | None
) -> pd.DataFrame:
    """Return the rows from start to end; an end without a time of day includes the whole day."""
    if start is None and end is None:
        return frame
    first = frame.index[0] if start is None else _moment("start", start, dt.time.min)
    last = frame.index[-1] if end is None else _moment("end", end, dt.time.max)
    rows = frame.loc[first:last]
    if rows.empty:
        raise PriceError(
            f"{source}: the range from start to end must hold prices; received {show(first)} to {_shown_end(last)}; "
            f"ask for a part of {show(frame.index[0])} to {show(frame.index[-1])}"
        )
    return rows


def _shown_end(moment: pd.Timestamp) -> str:
    """Return the end as it was asked for: a whole day is its date."""
    return show(moment.normalize() if moment.time() == dt.time.max else moment)


def _moment(bound: str, value: str | dt.date, time: dt.time) -> pd.Timestamp:
    try:
        if isinstance(value, str):
            text = value.strip()
            value = (
                dt.date.fromisoformat(text)
                if len(text) <= len("2010-01-04")
                else dt.datetime.fromisoformat(text)
            )
        if not isinstance(value, dt.datetime):
            value = dt.datetime.combine(value, time)
    except (TypeError, ValueError):
        raise PriceError(
            f"{bound} must be an ISO date, e.g. 2010-01-04; received {brief(repr(value))}"
        ) from None
    return pd.Timestamp(value.replace(tzinfo=None))
