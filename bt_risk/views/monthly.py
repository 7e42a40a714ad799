"""Returns month by month. Requires a curve of equity; gives a table of years and months."""

from __future__ import annotations

import pandas as pd

YEAR = "year"


def monthly_returns(equity: pd.Series, cash: float | None = None) -> pd.DataFrame:
    """Return a row a year and a column a month, 1 to 12, and the return of the year; fractions, NaN outside the run.

    A month's return is its last equity over that of the month before; the first one counts from `cash`, or without it
    from the first bar.

    Parameters
    ----------
    equity
        Indexed by time, account currency.
    cash
        What the account began with.
    """
    known = equity.dropna()
    if known.empty:
        return pd.DataFrame(columns=[*range(1, 13), YEAR])
    index = pd.DatetimeIndex(known.index)
    start = float(known.iloc[0]) if cash is None else cash
    ends = known.groupby([index.year, index.month]).last()
    months = ends / ends.shift(1, fill_value=start) - 1.0
    table = months.unstack().reindex(columns=range(1, 13))
    closes = known.groupby(index.year).last()
    table[YEAR] = closes / closes.shift(1, fill_value=start) - 1.0
    return table.rename_axis("year").rename_axis(None, axis=1)
