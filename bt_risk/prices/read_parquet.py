"""Read a Parquet file as the frame that it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from bt_risk.errors import PriceError
from bt_risk.prices.read_frame import read_frame
from bt_risk.prices.table import Table, brief

PARQUET = (".parquet", ".pq")


def read_parquet(path: Path, name: str | None) -> Table:
    """Return the cells of a Parquet file; its rows are counted from 1.

    Raises
    ------
    PriceError
        There is no such file, it is not Parquet, or pyarrow, which reads it, is not installed.
    """
    if not path.is_file():
        raise PriceError(f"{path}: there is no such file; give the path of one, or a name to find_prices")
    try:
        # pandas puts off the import of what reads Parquet until here.
        frame = pd.read_parquet(path, engine="pyarrow")
    except ImportError:
        raise PriceError(
            f"{path}: a Parquet file needs pyarrow; pip install pyarrow, or save the prices as CSV"
        ) from None
    except Exception as error:  # pyarrow has errors of its own, which cannot be named without it
        raise PriceError(
            f"{path}: this is not a Parquet file that can be read ({brief(error)}); write it again"
        ) from None
    table = read_frame(frame, name, str(path))
    return replace(table, name=table.name or path.stem)
