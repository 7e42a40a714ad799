"""Read prices from whatever holds them, by its kind."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import pandas as pd

from bt_risk.errors import PriceError
from bt_risk.prices.read_csv import read_csv
from bt_risk.prices.read_frame import read_frame
from bt_risk.prices.read_parquet import PARQUET, read_parquet
from bt_risk.prices.table import Table, brief


def read_table(source: str | PathLike[str] | pd.DataFrame, name: str | None = None) -> Table:
    """Return the raw cells of a DataFrame, a Parquet file (by its ending) or a CSV file (any other)."""
    if isinstance(source, pd.DataFrame):
        return read_frame(source, name)
    if not isinstance(source, str | PathLike):
        raise PriceError(
            f"source must be a CSV path or a DataFrame, e.g. 'AAPL.csv'; received {brief(repr(source))}"
        )
    path = Path(source)
    return read_parquet(path, name) if path.suffix.lower() in PARQUET else read_csv(path)
