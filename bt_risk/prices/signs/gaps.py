"""Find days and bars that are missing, by the calendar that the series itself keeps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bt_risk.prices.signs.sign import Sign

DAY = np.timedelta64(1, "D")
# A market may be shut for some days; after the attacks of 2001 New York was for four.
LEAST_MISSING, MANY_MISSING = 3, 6
IN_STEPS = 3.0
LEAST_ROWS = 10


def gaps(frame: pd.DataFrame) -> Iterator[Sign]:
    """Give missing sessions of a daily series, and missing bars of one of another step.

    A series without weekends misses weekdays, one with weekends every day. From 6 sessions on it is a warning. Within
    a session, and where the step is more than a day, a gap is one of more than 3 usual steps.
    """
    if len(frame) < LEAST_ROWS:
        return
    dates = frame.index.to_numpy()
    days = dates.astype("datetime64[D]")
    steps = np.diff(dates)
    step = np.median(steps)
    if step > 2 * DAY:
        for row in np.flatnonzero(steps > IN_STEPS * step) + 1:
            yield _gap("warning", int(row), f"{steps[row - 1] / DAY:g} days after the row before")
        return
    missing = _missing_sessions(days)
    for row in np.flatnonzero(missing >= LEAST_MISSING) + 1:
        severity = "warning" if missing[row - 1] >= MANY_MISSING else "note"
        yield _gap(severity, int(row), f"{missing[row - 1]} sessions are missing before it")
    if step < DAY:
        is_same_day = days[1:] == days[:-1]
        for row in np.flatnonzero(is_same_day & (steps > IN_STEPS * step)) + 1:
            minutes = steps[row - 1] / np.timedelta64(1, "m")
            yield _gap("warning", int(row), f"{minutes:g} minutes after the bar before, of the same day")


def _missing_sessions(days: np.ndarray) -> np.ndarray:
    """Return the number of sessions between each day and the next, neither counted."""
    share_of_weekends = float(np.mean(~np.is_busday(days)))
    if share_of_weekends > 0.1:
        between = (days[1:] - days[:-1]) / DAY - 1
    else:
        between = np.busday_count(days[:-1] + DAY, days[1:])
    return np.maximum(np.asarray(between).astype(np.int64), 0)


def _gap(severity: str, row: int, text: str) -> Sign:
    return Sign(severity, "gap", row, row, text)
