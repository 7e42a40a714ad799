"""Report everything that is wrong with prices, or looks so, without changing any."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike

import numpy as np
import pandas as pd

from bt_risk.prices.check import NO_ROWS, problems, show, wording
from bt_risk.prices.convert import to_frame, to_numbers
from bt_risk.prices.findings import PriceFinding, PriceReport
from bt_risk.prices.read import read_table
from bt_risk.prices.signs import signs_of
from bt_risk.prices.signs.sign import runs
from bt_risk.prices.table import ADJUSTED, Table


def check_prices(source: str | PathLike[str] | pd.DataFrame, *, name: str | None = None) -> PriceReport:
    """Return a report of every finding in prices, by line and date; nothing is changed.

    Errors are what `load_prices` refuses. Warnings and notes come from the sound rows, in the order of their dates:
    splits, bad ticks, great moves, missing sessions, prices that stand still, bars without volume. They are judgements
    by thresholds, each with its numbers: a split needs an open near a simple fraction of the close before, and neither
    turnover nor range far above the usual.

    Parameters
    ----------
    source, name
        As for `load_prices`.

    Raises
    ------
    PriceError
        Nothing can be read as rows of prices: no such file, no table, no header, a column missing.
    """
    table = read_table(source, name)
    frame = to_frame(table)
    found = [*_errors(frame, table), *_signs(frame, table)]
    dates = frame.index.dropna()
    return PriceReport(
        table.source,
        name or table.name,
        len(frame),
        show(dates.min()) if len(dates) else "",
        show(dates.max()) if len(dates) else "",
        tuple(finding for _, finding in sorted(found, key=lambda pair: pair[0])),
    )


def sound_rows(frame: pd.DataFrame) -> np.ndarray:
    """Return the positions of the rows that break no rule by themselves, by date, one of each date."""
    is_bad = np.zeros(len(frame), dtype=bool)
    for problem in problems(frame):
        if problem.field != "Date" or problem.kind == "unreadable":
            is_bad |= problem.rows
    rows = np.flatnonzero(~is_bad)
    order = rows[np.argsort(frame.index.to_numpy()[rows], kind="stable")]
    dates = frame.index.to_numpy()[order]
    return order[np.append(True, dates[1:] != dates[:-1])] if len(order) else order


def _errors(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, PriceFinding]]:
    if frame.empty:
        yield 0, PriceFinding("error", "rows", table.source, "", NO_ROWS)
        return
    for problem in problems(frame):
        for first, last in runs(problem.rows):
            text = f"{wording(problem, frame, table, first)}; {problem.remedy}"
            text += f" (the same {last - first + 1} times)" * (last > first)
            yield first, PriceFinding("error", problem.kind, *_place(frame, table, first, last), text)


def _signs(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, PriceFinding]]:
    rows = sound_rows(frame)
    if not len(rows):
        return
    for sign in signs_of(with_adjusted(frame, table).iloc[rows]):
        first, last = int(rows[sign.first]), int(rows[sign.last])
        yield first, PriceFinding(sign.severity, sign.kind, *_place(frame, table, first, last), sign.text)


def with_adjusted(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with the adjusted close beside it, where the table has one."""
    if ADJUSTED not in table.columns:
        return frame
    return frame.assign(**{ADJUSTED: to_numbers(table.columns[ADJUSTED])})


def _place(frame: pd.DataFrame, table: Table, first: int, last: int) -> tuple[str, str]:
    date = frame.index[first]
    numbers = f"{table.unit} {table.numbers[first]}"
    if last != first:
        numbers = f"{table.unit}s {table.numbers[first]}-{table.numbers[last]}"
    return numbers, "" if pd.isna(date) else show(date)
