"""Find a price file by the name of its series."""

from __future__ import annotations

import os
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from bt_risk.errors import PriceError
from bt_risk.prices.read_parquet import PARQUET

SHIPPED = Path(__file__).resolve().parents[2] / "data"
FOLDER_VARIABLE = "BT_RISK_DATA"
SUFFIXES = (".csv", *PARQUET)
SHOWN = 20


def find_prices(name: str | PathLike[str]) -> Path:
    """Return the path of a price file, given as it is or by a name such as "AAPL", in any case.

    Looked for beside the package, as in a checkout, then in ./data, in ./prices, where `fetch_prices` keeps them, in
    the current folder, and in the folder that the environment variable BT_RISK_DATA names.

    Raises
    ------
    PriceError
        Where there is no such file; lists what there is.
    """
    if Path(name).is_file():
        return Path(name)
    wanted = str(name).lower()
    files = [
        path for folder in _folders() for path in sorted(folder.glob("*")) if path.suffix.lower() in SUFFIXES
    ]
    for path in files:
        if wanted in (path.stem.lower(), path.name.lower()):
            return path
    names = list(dict.fromkeys(path.stem for path in files))
    known = ", ".join(names[:SHOWN]) + f" and {len(names) - SHOWN} more" * (len(names) > SHOWN) or "none"
    raise PriceError(
        f"prices must be a CSV path or one of the names found ({known}); received {str(name)!r}; "
        f"put the file into ./data or set {FOLDER_VARIABLE} to its folder"
    )


def _folders() -> Iterator[Path]:
    yield SHIPPED
    yield Path("data")
    yield Path("prices")
    yield Path()
    if os.environ.get(FOLDER_VARIABLE):
        yield Path(os.environ[FOLDER_VARIABLE])
