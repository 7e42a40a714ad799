"""Prices as they were found, before anything is converted, with the place of each row for an error to name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bt_risk.errors import PriceError

PRICES = ("Open", "High", "Low", "Close")
FIELDS = (*PRICES, "Volume")
ADJUSTED = "Adj Close"
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
        The raw cells of Open, High, Low, Close and, where they are there, Volume and Adj Close.
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
    """Return where Date and each field stand, whatever the case of their labels; other columns are left out."""
    positions: dict[str, int] = {}
    for position, label in enumerate(labels):
        field = str(label).strip().title()
        field = "Date" if field in DATE_LABELS else field
        if field not in (*FIELDS, ADJUSTED, "Date"):
            continue
        if field in positions:
            raise PriceError(
                f"{source}: the column {field} must be there once; received two; drop one of them"
            )
        positions[field] = position
    missing = [field for field in PRICES if field not in positions]
    if missing:
        received = brief(", ".join(str(label) for label in labels)) or "none"
        raise PriceError(
            f"{source}: the columns must include Open, High, Low and Close; received {received}; "
            f"add {', '.join(missing)}"
        )
    return positions


def brief(value: Any, length: int = 80) -> str:
    """Return a value as text that fits into one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= length else f"{text[:length]}..."


def more(count: int) -> str:
    """Return the end of an error that names the first problem of several."""
    return "" if not count else f" (and {count} more problem{'s' if count > 1 else ''})"
