"""A tear sheet of a run's returns by quantstats, where it is installed. Requires an equity; gives an HTML file."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from bt_risk.errors import BtRiskError


def daily_returns(equity: pd.Series) -> pd.Series:
    """Return the return of each day on which there was a bar, from the last equity of one to that of the next."""
    index = pd.DatetimeIndex(equity.index).tz_localize(None).normalize()
    closes = equity.groupby(index).last()
    return closes.pct_change().iloc[1:].rename("strategy")


def write_tear_sheet(equity: pd.Series, path: str | os.PathLike[str], *, title: str) -> Path:
    """Write quantstats' page about the returns of a run, and return its path.

    Its numbers, their definitions and what it loads are its own; it is no part of our report.

    Raises
    ------
    BtRiskError
        quantstats is not installed, or the run has no two days.
    """
    try:
        import quantstats
    except ImportError:
        raise BtRiskError("a tear sheet needs quantstats: pip install 'bt-risk[report]'") from None
    returns = daily_returns(equity)
    if returns.empty:
        raise BtRiskError("a tear sheet needs the equity of two days or more")
    target = Path(path)
    quantstats.reports.html(returns, title=title, output=str(target))
    return target
