"""Refuse prices on which no honest order could fill. Nothing is repaired: the first problem is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bt_risk.errors import PriceError
from bt_risk.prices.table import Table

PRICES = ("Open", "High", "Low", "Close")


@dataclass(frozen=True)
class Problem:
    """A rule that some rows break: `rows` marks them, the rest words the error."""

    rows: NDArray[np.bool_]
    field: str
    domain: str
    remedy: str


def check_prices(frame: pd.DataFrame, table: Table) -> None:
    """Raise PriceError naming the first broken rule of the first bad row, and how many more there are."""
    if frame.empty:
        raise PriceError(f"{table.source}: there must be at least one row of prices; received none")
    problems = [problem for problem in _problems(frame) if problem.rows.any()]
    if not problems:
        return
    first = min(problems, key=lambda problem: problem.rows.argmax())
    row = int(first.rows.argmax())
    date = frame.index[row]
    place = f"{table.source} {table.unit} {table.numbers[row]}" + (
        "" if pd.isna(date) else f" ({show(date)})"
    )
    cell = table.dates[row] if first.field == "Date" else table.columns[first.field][row]
    more = sum(int(problem.rows.sum()) for problem in problems) - 1
    raise PriceError(
        f"{place}: {first.field} must be {first.domain}; received {_received(cell)}; {first.remedy}"
        + (f" (and {more} more problem{'s' if more > 1 else ''})" if more else "")
    )


def show(date: pd.Timestamp) -> str:
    """Return a date, with its time where it has one."""
    return str(date.date()) if date == date.normalize() else str(date)


def _problems(frame: pd.DataFrame) -> Iterator[Problem]:
    dates = frame.index
    before = np.append(False, dates[1:] < dates[:-1])
    again = np.append(False, dates[1:] == dates[:-1])
    yield Problem(dates.isna(), "Date", "an ISO date, e.g. 2010-01-04", "write it so or drop the row")
    yield Problem(before, "Date", "later than that of the row before", "sort the rows, oldest first")
    yield Problem(again, "Date", "later than that of the row before", "keep one row of each date")
    prices = frame[list(PRICES)]
    for field in PRICES:
        bad = ~(np.isfinite(prices[field]) & (prices[field] > 0.0)).to_numpy()
        yield Problem(bad, field, "a finite number above zero, e.g. 131.75", "give the price or drop the row")
    top, bottom = prices.max(axis=1, skipna=False), prices.min(axis=1, skipna=False)
    below = (prices["High"] < top).to_numpy()
    above = (prices["Low"] > bottom).to_numpy() & ~below
    yield Problem(below, "High", "the highest price of its bar", "mend the bar or drop the row")
    yield Problem(above, "Low", "the lowest price of its bar", "mend the bar or drop the row")
    bad = ~(np.isfinite(frame["Volume"]) & (frame["Volume"] >= 0.0)).to_numpy()
    yield Problem(
        bad, "Volume", "a finite number of zero or more, e.g. 9616100", "write 0 where it is not known"
    )


def _received(cell: Any) -> str:
    if cell is None or cell == "":
        return "nothing"
    return repr(cell) if isinstance(cell, str) else str(cell)
