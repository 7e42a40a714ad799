"""Refuse prices at which no honest order could fill. Nothing is repaired: the first problem is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bt_risk.errors import PriceError
from bt_risk.prices.table import PRICES, Table, brief, more

TOLERANCE = 1e-9


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
        raise PriceError(f"{table.source}: there must be at least one row of prices; received none; add rows")
    problems = [problem for problem in _problems(frame) if problem.rows.any()]
    if not problems:
        return
    first = min(problems, key=lambda problem: problem.rows.argmax())
    row = int(first.rows.argmax())
    prices = frame[list(PRICES)].iloc[row]
    domain = first.domain.format(before=show(frame.index[row - 1]), top=prices.max(), bottom=prices.min())
    raise PriceError(
        f"{_place(table, row, frame.index[row])}: {first.field} must be {domain}; "
        f"received {_received(table, first.field, row)}; {first.remedy}"
        + more(sum(int(problem.rows.sum()) for problem in problems) - 1)
    )


def show(date: pd.Timestamp) -> str:
    """Return a date, with its time where it has one."""
    return str(date) if pd.isna(date) or date != date.normalize() else str(date.date())


def _problems(frame: pd.DataFrame) -> Iterator[Problem]:
    dates = frame.index
    later = "later than {before}, the row before"
    yield Problem(dates.isna(), "Date", "an ISO date, e.g. 2010-01-04", "write it so or drop the row")
    yield Problem(np.append(False, dates[1:] < dates[:-1]), "Date", later, "sort the rows, oldest first")
    yield Problem(np.append(False, dates[1:] == dates[:-1]), "Date", later, "keep one row of each date")

    values = np.column_stack([frame[field].to_numpy() for field in PRICES])
    is_price = np.isfinite(values) & (values > 0.0)
    for field, column in zip(PRICES, is_price.T, strict=True):
        yield Problem(~column, field, "a finite number above zero, e.g. 131.75", "mend or drop the row")

    is_bar = is_price.all(axis=1)
    # Within the last bits of a float: prices that were adjusted by a factor can leave their range by those.
    highest, lowest = values.max(axis=1) * (1.0 - TOLERANCE), values.min(axis=1) * (1.0 + TOLERANCE)
    is_low_high = is_bar & (values[:, PRICES.index("High")] < highest)
    is_high_low = is_bar & (values[:, PRICES.index("Low")] > lowest) & ~is_low_high
    yield Problem(is_low_high, "High", "at least {top}, the highest price of its bar", "mend or drop the row")
    yield Problem(is_high_low, "Low", "at most {bottom}, the lowest price of its bar", "mend or drop the row")

    volume = frame["Volume"].to_numpy()
    is_volume = np.isfinite(volume) & (volume >= 0.0)
    yield Problem(~is_volume, "Volume", "a finite number of zero or more, e.g. 9616100", "write 0 if unknown")


def _place(table: Table, row: int, date: pd.Timestamp) -> str:
    place = f"{table.source} {table.unit} {table.numbers[row]}"
    return place if pd.isna(date) else f"{place} ({show(date)})"


def _received(table: Table, field: str, row: int) -> str:
    cell: Any = table.dates[row] if field == "Date" else table.columns[field][row]
    if not isinstance(cell, str):
        return brief(cell)
    return brief(repr(cell)) if cell.strip() else "nothing"
