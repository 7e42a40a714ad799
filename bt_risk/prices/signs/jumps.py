"""Tell splits, bad ticks and real jumps apart.

A size alone cannot: Apple's fall of 2000-09-29 opened 47 % lower and its split of 2000-06-21 50 %. A split opens at a
simple fraction of the close before, on an ordinary turnover and range, and stays there. A real fall comes with many
times the turnover or the range. A bad tick is back within three bars. Where there is an adjusted close, it decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bt_risk.prices.signs.sign import Sign, typical

Floats = NDArray[np.float64]

# New shares for old ones that are in use, 2 for 1 among them.
RATIOS = (*((n, 1) for n in (*range(2, 11), 12, 15, 20, 25, 30, 40, 50, 100)), (3, 2), (4, 3), (5, 4), (5, 2))
# From 4 for 1 on the ratios stand far apart and nothing real falls so far: more of a night's own move may be in it.
TOLERANCE, FAR, FAR_TOLERANCE = 0.04, 4.0, 0.08
LEAST_SPLIT = log(1.2)
LEAST_JUMP, JUMP_IN_TYPICAL = log(1.1), 10.0
# A day of this many times the usual turnover or range is one on which something happened.
EVENTFUL = 3.0
USUAL_BARS = 20
BACK_BARS, BACK_SHARE = 3, 0.25
LEAST_WICK, WICK_IN_TYPICAL = log(1.5), 15.0


def jumps(frame: pd.DataFrame) -> Iterator[Sign]:
    """Give splits and bad ticks as warnings, other great moves as notes."""
    if len(frame) < 2:
        return
    opened, high, low, close = (frame[field].to_numpy(float) for field in ("Open", "High", "Low", "Close"))
    # Prices near the ends of the floats overflow in a quotient, never in a difference of logarithms.
    gap = np.append(0.0, np.log(opened[1:]) - np.log(close[:-1]))
    move = np.append(0.0, np.diff(np.log(close)))
    usual = typical(move[1:])
    is_great = np.abs(move) >= max(LEAST_JUMP, JUMP_IN_TYPICAL * usual)
    is_torn = np.abs(gap) >= max(LEAST_SPLIT, JUMP_IN_TYPICAL / 2.0 * usual)
    back_until = 0
    for row in np.flatnonzero(is_great | is_torn):
        if row < back_until:
            continue
        until = _back(close, int(row), float(move[row])) if is_great[row] else None
        if until is not None:
            back_until = until + 1
            text = f"the close moves by {_rate(move[row])} and is back {until - row} bars later: probably a bad tick"
            yield Sign("warning", "spike", int(row), until - 1, text)
            continue
        evidence = _Evidence(frame, int(row))
        shares = simple_ratio(float(gap[row])) if is_torn[row] else None
        if shares is not None and evidence.allows_split(float(move[row])):
            yield _split(int(row), float(gap[row]), shares, evidence)
        elif is_great[row]:
            verdict = f"the close moves by {_rate(move[row])} and stays; {evidence}: probably real"
            yield Sign("note", "jump", int(row), int(row), verdict)
    yield from _wicks(frame, np.log(high), np.log(low), usual)


def simple_ratio(gap: float) -> tuple[int, int] | None:
    """Return (new, old) shares where a log gap is near that of such a split; the other way round for a reverse one."""
    new, old = min(RATIOS, key=lambda ratio: abs(abs(gap) - log(ratio[0] / ratio[1])))
    if abs(abs(gap) - log(new / old)) > (FAR_TOLERANCE if new / old >= FAR else TOLERANCE):
        return None
    return (new, old) if gap < 0.0 else (old, new)


class _Evidence:
    """The day's turnover and range against the bars before it, and the adjusted close."""

    def __init__(self, frame: pd.DataFrame, row: int) -> None:
        day = frame.iloc[row]
        before = frame.iloc[max(0, row - USUAL_BARS) : row]
        with np.errstate(over="ignore"):  # an absurd volume may be infinitely many times the usual one
            self.turnover = _times(day["Volume"] * day["Close"], before["Volume"] * before["Close"])
            self.units = _times(day["Volume"], before["Volume"])
            spans = (before["High"] - before["Low"]) / before["Close"]
            self.range = _times((day["High"] - day["Low"]) / day["Close"], spans)
        self.adjusted = _adjusted_move(frame, row)

    def allows_split(self, move: float) -> bool:
        """Say whether nothing speaks against a split: with an adjusted close only that counts."""
        if self.adjusted is not None:
            return abs(self.adjusted) < abs(move) / 2.0
        # A volume that was adjusted where the prices were not makes a turnover of its own: money and units must agree.
        known = [times for times in (self.turnover, self.units) if times is not None]
        is_busy = bool(known) and min(known) >= EVENTFUL
        return not is_busy and (self.range is None or self.range < EVENTFUL)

    def __str__(self) -> str:
        parts = [
            f"{name} {times:.2g} times the usual"
            for name, times in (("turnover", self.turnover), ("range", self.range))
            if times is not None
        ]
        if self.adjusted is not None:
            parts.append(f"the adjusted close moves by {_rate(self.adjusted)}")
        return ", ".join(parts) or "neither volume nor range to tell by"


def _split(row: int, gap: float, shares: tuple[int, int], evidence: _Evidence) -> Sign:
    new, old = shares
    kind = f"{new}:{old} split" if new > old else f"{new}:{old} reverse split"
    text = f"the open is {exp(gap):.4g} of the close before, near {old}/{new}; {evidence}: probably a {kind}"
    return Sign("warning", "split", row, row, text, new / old)


def _back(close: Floats, row: int, move: float) -> int | None:
    """Return the first of the next bars whose close is near that of the bar before the move; None where none is."""
    for later in range(row + 1, min(row + 1 + BACK_BARS, len(close))):
        if abs(log(close[later]) - log(close[row - 1])) <= BACK_SHARE * abs(move):
            return later
    return None


def _wicks(frame: pd.DataFrame, high: Floats, low: Floats, usual: float) -> Iterator[Sign]:
    """Give highs and lows far out of their own bar's open and close."""
    body = np.log(frame[["Open", "Close"]].to_numpy(float))
    for name, lengths in (("high", high - body.max(axis=1)), ("low", body.min(axis=1) - low)):
        for row in np.flatnonzero(lengths >= max(LEAST_WICK, WICK_IN_TYPICAL * usual)):
            sign = 1.0 if name == "high" else -1.0
            text = f"the {name} is {_rate(sign * lengths[row])} away from its bar's open and close: probably a bad tick"
            yield Sign("warning", "spike", int(row), int(row), text)


def _times(today: float, before: pd.Series) -> float | None:
    usual = float(before.median()) if len(before) else 0.0
    return float(today) / usual if usual > 0.0 else None


def _adjusted_move(frame: pd.DataFrame, row: int) -> float | None:
    if "Adj Close" not in frame:
        return None
    before, after = (float(frame["Adj Close"].iloc[at]) for at in (row - 1, row))
    is_known = 0.0 < before < float("inf") and 0.0 < after < float("inf")
    return log(after) - log(before) if is_known else None


def _rate(log_move: float) -> str:
    return f"{np.expm1(min(log_move, 20.0)):+.1%}"
