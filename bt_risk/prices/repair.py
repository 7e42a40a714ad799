"""Mend prices where that was asked for, and say of each row, or run of rows, what was done to it.

The repairs, in the order in which they are made, whatever the order in which they were asked for:

================  ==================================================================================
unknown_volume    a volume that is no number, negative or infinite becomes 0, which means not known
widen_bars        a high or low inside its bar becomes the highest or lowest of the four prices
drop_bad_rows     a row whose date or prices still cannot be used is left out
sort              rows are put in the order of their dates
drop_duplicates   of several rows of one date the first is kept
adjust_splits     prices before a probable split are divided by it, volumes multiplied
================  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bt_risk.errors import PriceError
from bt_risk.prices.check import problems, show, wording
from bt_risk.prices.report import with_adjusted
from bt_risk.prices.signs.jumps import jumps
from bt_risk.prices.signs.sign import runs
from bt_risk.prices.table import PRICES, Table

REPAIRS = ("unknown_volume", "widen_bars", "drop_bad_rows", "sort", "drop_duplicates", "adjust_splits")
_DROPPED = ("unreadable", "bad price", "impossible bar", "bad volume")


def repaired(
    frame: pd.DataFrame, table: Table, asked: Sequence[str]
) -> tuple[pd.DataFrame, Table, list[str]]:
    """Return the mended frame, the table of the rows that are left, and one line for each mended row or run of rows.

    Raises
    ------
    PriceError
        A repair that does not exist was asked for.
    """
    unknown = [name for name in ([asked] if isinstance(asked, str) else asked) if name not in REPAIRS]
    if unknown:
        raise PriceError(
            f"repair must be a sequence of {', '.join(REPAIRS)}, e.g. ('sort',); received {unknown[0]!r}"
        )
    if isinstance(asked, str):
        asked = (asked,)
    repair = _Repair(frame, table)
    for name in REPAIRS:
        if name in asked:
            getattr(repair, name)()
    return repair.frame, repair.table, repair.lines


class _Repair:
    """The prices as they stand between two repairs."""

    def __init__(self, frame: pd.DataFrame, table: Table) -> None:
        self.frame = frame
        self.table = table
        self.lines: list[str] = []

    def unknown_volume(self) -> None:
        for row, text in self._broken("bad volume"):
            self._say(row, f"volume set to 0: {text}")
            self.frame.iat[row, self.frame.columns.get_loc("Volume")] = 0.0

    def widen_bars(self) -> None:
        for row, text in self._broken("impossible bar"):
            prices = self.frame.iloc[row][list(PRICES)]
            self._say(row, f"bar widened to {prices.min():g} to {prices.max():g}: {text}")
            self.frame.iloc[row, self.frame.columns.get_indexer(["High", "Low"])] = prices.max(), prices.min()

    def drop_bad_rows(self) -> None:
        texts: dict[int, str] = {}
        for row, text in self._broken(*_DROPPED):
            texts.setdefault(row, text)
        is_bad = np.isin(np.arange(len(self.frame)), list(texts))
        self._say_runs(is_bad, lambda row: f"dropped: {texts[row]}")
        self._keep(np.flatnonzero(~is_bad))

    def sort(self) -> None:
        unsorted = next(problem for problem in problems(self.frame) if problem.kind == "unsorted")
        if unsorted.rows.any():
            self._say_runs(
                unsorted.rows, lambda row: f"sorted: {wording(unsorted, self.frame, self.table, row)}"
            )
            # Rows without a date stay where they are last, for the check to refuse.
            self._keep(np.argsort(self.frame.index.to_numpy(), kind="stable"))

    def drop_duplicates(self) -> None:
        is_again = self.frame.index.duplicated() & ~self.frame.index.isna()
        self._say_runs(is_again, lambda row: "dropped: an earlier row has this date")
        self._keep(np.flatnonzero(~is_again))

    def adjust_splits(self) -> None:
        if any(problem.rows.any() for problem in problems(self.frame)):
            return  # the check behind refuses these rows, and a split among them would be a guess
        for sign in list(jumps(with_adjusted(self.frame, self.table))):
            if sign.kind == "split":
                self._say(sign.first, f"prices before divided by {sign.factor:.4g}: {sign.text}")
                before = self.frame.index[: sign.first]
                self.frame.loc[before, list(PRICES)] /= sign.factor
                self.frame.loc[before, "Volume"] *= sign.factor

    def _broken(self, *kinds: str) -> list[tuple[int, str]]:
        return [
            (int(row), wording(problem, self.frame, self.table, int(row)))
            for problem in problems(self.frame)
            if problem.kind in kinds
            for row in np.flatnonzero(problem.rows)
        ]

    def _say(self, row: int, text: str) -> None:
        self.lines.append(f"{self.table.unit} {self.table.numbers[row]}{self._day(row)}: {text}")

    def _say_runs(self, is_marked: NDArray[np.bool_], text_of: Callable[[int], str]) -> None:
        """Say of rows that stay as they are what becomes of them, a run of rows in one line."""
        for first, last in runs(is_marked):
            if first == last:
                self._say(first, text_of(first))
                continue
            numbers = f"{self.table.unit}s {self.table.numbers[first]}-{self.table.numbers[last]}"
            times = f"(the same {last - first + 1} times)"
            self.lines.append(f"{numbers}{self._day(first)}: {text_of(first)} {times}")

    def _day(self, row: int) -> str:
        date = self.frame.index[row]
        return "" if pd.isna(date) else f" ({show(date)})"

    def _keep(self, rows: np.ndarray) -> None:
        if len(rows) == len(self.frame) and (rows == np.arange(len(rows))).all():
            return
        self.frame = self.frame.iloc[rows].copy()
        columns = {field: _taken(cells, rows) for field, cells in self.table.columns.items()}
        numbers = [self.table.numbers[row] for row in rows]
        self.table = replace(
            self.table, dates=_taken(self.table.dates, rows), columns=columns, numbers=numbers
        )


def _taken(cells: Sequence[Any], rows: np.ndarray) -> Sequence[Any]:
    return [cells[row] for row in rows]
