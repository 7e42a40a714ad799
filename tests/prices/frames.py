"""Small prices to load. Gives: four bars as a frame, and files with one line changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HEADER = "Date,Open,High,Low,Close,Volume"
LINES = (
    "2000-03-01,10,12,9,11,1000",
    "2000-03-02,11,13,10,12,1100",
    "2000-03-03,12,14,11,13,1200",
    "2000-03-06,13,15,12,14,1300",
)


def write(folder: Path, *lines: str, header: str = HEADER, name: str = "ACME.csv") -> Path:
    path = folder / name
    path.write_bytes("\n".join([header, *lines, ""]).encode())
    return path


def four_bars() -> pd.DataFrame:
    rows = [[float(cell) for cell in line.split(",")[1:]] for line in LINES]
    dates = pd.DatetimeIndex([line.split(",")[0] for line in LINES], name="Date").as_unit("us")
    return pd.DataFrame(rows, index=dates, columns=HEADER.split(",")[1:])
