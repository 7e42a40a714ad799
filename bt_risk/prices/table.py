"""Prices as they were found, before anything is converted, with the place of each row for an error to name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bt_risk.errors import PriceError

FIELDS = ("Open", "High", "Low", "Close", "Volume")
DATE_LABELS = ("Date", "Datetime", "Timestamp")


@dataclass(frozen=True)
class Table:
    """Raw cells by field.

    Attributes
    ----------
    source : str
        The path, or "frame" and its name, that opens every error.
    name : str
        The name of the series; empty where nothing gives one.
    dates : sequence
        One raw date a row.
    columns : mapping of str to sequence
        The raw cells of Open, High, Low, Close and, where there is one, Volume.
    unit : str
        What a row is called in its source: "line" of a file or "row" of a frame.
    numbers : sequence of int
        The number of each row in its source, counted from 1.
    """

    source: str
    name: str
    dates: Sequence[Any]
    columns: Mapping[str, Sequence[Any]]
    unit: str
    numbers: Sequence[int]


def match_columns(labels: Sequence[Any], source: str) -> dict[str, int]:
    """Return where each field stands, whatever the case of its label; other columns are left alone."""
    positions: dict[str, int] = {}
    for position, label in enumerate(labels):
        field = str(label).strip().title()
        field = "Date" if field in DATE_LABELS else field
        if field in positions and field in (*FIELDS, "Date"):
            raise PriceError(
                f"{source}: the column {field} must appear once; received it twice; drop one of them"
            )
        positions[field] = position
    missing = [field for field in FIELDS[:4] if field not in positions]
    if missing:
        raise PriceError(
            f"{source}: the columns must include Date, Open, High, Low and Close; "
            f"received {', '.join(str(label) for label in labels) or 'none'}; add {', '.join(missing)}"
        )
    return {field: position for field, position in positions.items() if field in (*FIELDS, "Date")}
