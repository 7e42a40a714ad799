"""The rules of sound prices: rows at which no honest order could fill are found, and refused. Nothing is repaired."""

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
NO_ROWS = "there must be at least one row of prices; received none"


@dataclass(frozen=True)
class Problem:
    """A rule that some rows break: `rows` marks them, `kind` is its name, the rest words the error."""

    kind: str
    rows: NDArray[np.bool_]
    field: str
    domain: str
    remedy: str


def refuse_bad(frame: pd.DataFrame, table: Table) -> None:
    """Raise PriceError naming the first broken rule of the first bad row, and how many more there are."""
    if frame.empty:
        raise PriceError(f"{table.source}: {NO_ROWS}; add rows")
    broken = [problem for problem in problems(frame) if problem.rows.any()]
    if not broken:
        return
    first = min(broken, key=lambda problem: problem.rows.argmax())
    row = int(first.rows.argmax())
    raise PriceError(
        f"{_place(table, row, frame.index[row])}: {wording(first, frame, table, row)}; {first.remedy}"
        + more(sum(int(problem.rows.sum()) for problem in broken) - 1)
    )


def wording(problem: Problem, frame: pd.DataFrame, table: Table, row: int) -> str:
    """Return what the rule demands of a row and what came."""
    domain = problem.domain
    if "{before}" in domain:
        domain = domain.format(before=show(frame.index[row - 1]))
    elif "{" in domain:
        prices = frame.iloc[row][list(PRICES)]
        domain = domain.format(top=prices.max(), bottom=prices.min())
    return f"{problem.field} must be {domain}; received {_received(table, problem.field, row)}"


def show(date: pd.Timestamp) -> str:
    """Return a date, with its time where it has one."""
    return str(date) if pd.isna(date) or date != date.normalize() else str(date.date())


def problems(frame: pd.DataFrame) -> Iterator[Problem]:
    """Go through the rules, with the rows that break each."""
    dates = frame.index
    later = "later than {before}, the row before"
    yield Problem(
        "unreadable", dates.isna(), "Date", "an ISO date, e.g. 2010-01-04", "write it so or drop the row"
    )
    yield Problem(
        "unsorted", np.append(False, dates[1:] < dates[:-1]), "Date", later, "sort the rows, oldest first"
    )
    yield Problem(
        "duplicate", np.append(False, dates[1:] == dates[:-1]), "Date", later, "keep one row of each date"
    )

    values = np.column_stack([frame[field].to_numpy() for field in PRICES])
    is_price = np.isfinite(values) & (values > 0.0)
    for field, column in zip(PRICES, is_price.T, strict=True):
        yield Problem(
            "bad price", ~column, field, "a finite number above zero, e.g. 131.75", "mend or drop the row"
        )

    is_bar = is_price.all(axis=1)
    # Within the last bits of a float: prices that were adjusted by a factor can leave their range by those.
    highest, lowest = values.max(axis=1) * (1.0 - TOLERANCE), values.min(axis=1) * (1.0 + TOLERANCE)
    is_low_high = is_bar & (values[:, PRICES.index("High")] < highest)
    is_high_low = is_bar & (values[:, PRICES.index("Low")] > lowest) & ~is_low_high
    yield Problem(
        "impossible bar",
        is_low_high,
        "High",
        "at least {top}, the highest price of its bar",
        "mend or drop the row",
    )
    yield Problem(
        "impossible bar",
        is_high_low,
        "Low",
        "at most {bottom}, the lowest price of its bar",
        "mend or drop the row",
    )

    volume = frame["Volume"].to_numpy()
    is_volume = np.isfinite(volume) & (volume >= 0.0)
    yield Problem(
        "bad volume",
        ~is_volume,
        "Volume",
        "a finite number of zero or more, e.g. 9616100",
        "write 0 if unknown",
    )


def _place(table: Table, row: int, date: pd.Timestamp) -> str:
    place = f"{table.source} {table.unit} {table.numbers[row]}"
    return place if pd.isna(date) else f"{place} ({show(date)})"


def _received(table: Table, field: str, row: int) -> str:
    cell: Any = table.dates[row] if field == "Date" else table.columns[field][row]
    if not isinstance(cell, str):
        return brief(cell)
    return brief(repr(cell)) if cell.strip() else "nothing"
