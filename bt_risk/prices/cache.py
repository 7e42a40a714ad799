"""Downloaded prices as files: a CSV for every series and beside it a JSON that says what it holds and since when.

Both are written to temporary files and moved into place, and the JSON holds the checksum of the CSV: a pair that was
torn by a crash, or a CSV that was changed by hand, is not taken for what was downloaded.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Entry:
    """What a file of downloaded prices holds; dates in ISO form, None for an open end."""

    symbol: str
    start: str | None
    end: str | None
    interval: str
    is_adjusted: bool
    first: str
    last: str
    rows: int
    repairs: tuple[str, ...]
    yfinance: str
    fetched_at: str
    sha256: str

    def covers(self, start: dt.date | None, end: dt.date | None) -> bool:
        """Say whether a download would add nothing: the range lies in this one, and its last day is over."""
        return (
            end is not None and self.lacks(start, end) is None and (start is not None or self.start is None)
        )

    def lacks(self, start: dt.date | None, end: dt.date | None) -> str | None:
        """Say what of a range is not there; None where nothing is missing, an open end taking what there is."""
        if start is not None and self.start is not None and start < dt.date.fromisoformat(self.start):
            return f"it begins on {self.start}, asked was {start}"
        # The day of the download was not over.
        before = dt.datetime.fromisoformat(self.fetched_at).date() - dt.timedelta(days=1)
        until = min(dt.date.fromisoformat(self.end), before) if self.end else before
        return f"it ends on {until}, asked was {end}" if end is not None and end > until else None


def path_of(folder: Path, symbol: str, interval: str, *, is_adjusted: bool) -> Path:
    """Return the path of the CSV: adjusted and raw prices and every interval have files of their own."""
    parts = [symbol, *([] if interval == "1d" else [interval]), *([] if is_adjusted else ["raw"])]
    return folder / f"{'_'.join(parts)}.csv"


def read_entry(path: Path) -> Entry | None:
    """Return what the CSV holds; None where there is none, or where it is not what was downloaded."""
    try:
        values = json.loads(path.with_suffix(".json").read_text("utf-8"))
        entry = Entry(**values | {"repairs": tuple(values["repairs"])})
        return entry if entry.sha256 == _checksum(path) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_entry(path: Path, frame: pd.DataFrame, about: Mapping[str, object]) -> Entry:
    """Write the prices and what they are; nobody ever sees half of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = frame.assign(Volume=frame["Volume"].astype("int64")) if _is_whole(frame["Volume"]) else frame
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
        prices, description = Path(folder) / path.name, Path(folder) / f"{path.stem}.json"
        whole.to_csv(prices, lineterminator="\n")
        # The file system's time of the download: nothing here reads a clock.
        written = dt.datetime.fromtimestamp(prices.stat().st_mtime, dt.UTC)
        entry = Entry(
            **about,  # type: ignore[arg-type]
            first=frame.index[0].isoformat(),
            last=frame.index[-1].isoformat(),
            rows=len(frame),
            fetched_at=written.isoformat(timespec="seconds"),
            sha256=_checksum(prices),
        )
        description.write_text(json.dumps(asdict(entry), indent=2) + "\n", "utf-8")
        os.replace(prices, path)
        os.replace(description, path.with_suffix(".json"))
    return entry


def _is_whole(volume: pd.Series) -> bool:
    return bool((volume % 1 == 0).all() and (volume < 2**53).all())


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
