"""The raw numbers of a page, for its cursor and for whoever wants to read them by machine."""

from __future__ import annotations

from typing import Any

import pandas as pd

# More digits than a picture shows, fewer than a float has: they are half of the page.
_CENTS, _FRACTION_DIGITS = 2, 6


def numbers_of(
    table: pd.DataFrame, equity: pd.DataFrame, drawdown: pd.DataFrame, heat: pd.DataFrame
) -> dict[str, Any]:
    """Return table and curves as plain lists, one a profile, beside the times as ISO text."""
    return {
        "table": {
            str(name): {str(key): float(value) for key, value in row.items()}
            for name, row in table.iterrows()
        },
        "datetime": iso_times(equity.index),
        "equity": _columns(equity, _CENTS),
        "drawdown": _columns(drawdown, _FRACTION_DIGITS),
        "heat": _columns(heat, _FRACTION_DIGITS),
    }


def iso_times(index: pd.Index) -> list[str]:
    """Return times as ISO text to the second; a midnight, as every daily bar has, as its date."""
    return [iso_time(stamp) for stamp in pd.DatetimeIndex(index)]


def iso_time(stamp: pd.Timestamp) -> str:
    """Return one time as `iso_times` does."""
    return stamp.strftime("%Y-%m-%dT%H:%M:%S").removesuffix("T00:00:00")


def _columns(frame: pd.DataFrame, digits: int) -> dict[str, list[float]]:
    return {str(name): [float(value) for value in frame[name].round(digits)] for name in frame.columns}
