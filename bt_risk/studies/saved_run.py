"""A run in a folder, and back. Requires: a `RecordedRun`, or the folder. Gives: files that any tool can read.

run.json says what was run (settings, profile, summary) in a format with a version; decisions.jsonl and trades.jsonl
hold the records, analyses.json what every analyzer found; the rest is CSV with every digit of a number, so that a page
made from the folder is that of the run.
"""

from __future__ import annotations

import json
import math
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bt_risk.errors import BtRiskError, JournalWarning
from bt_risk.rules.journal import read_decisions, write_decisions
from bt_risk.rules.journal.trades import read_trades, write_trades
from bt_risk.rules.profile import MODERATE
from bt_risk.studies.recorded_run import RecordedRun, as_events
from bt_risk.views.decisions import decisions_frame
from bt_risk.views.trades import trades_frame

FORMAT, VERSION = "bt_risk run", 1
FORMAT_OF_ANALYSES = "bt_risk analyses"
HEADER, ANALYSES = "run.json", "analyses.json"
DECISIONS, TRADES = "decisions.jsonl", "trades.jsonl"
_TEXTS = ("datetime", "data", "kind", "level", "text", "action")
_COUNTS = ("tier", "positions")


def save_run(run: RecordedRun, folder: str | os.PathLike[str]) -> list[Path]:
    """Write run.json, decisions.jsonl, trades.jsonl and the series as CSV into `folder`; return the files."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "title": run.title,
        "settings": dict(run.settings),
        "cash": run.cash,
        "round_trips": run.round_trips,
        "outcomes": dict(sorted(run.outcomes.items())),
        "summary": {key: _plain(value) for key, value in run.summary.items()},
        "profile": run.profile.to_dict(),
    }
    frames = {
        "account.csv": run.account.reset_index(),
        "book.csv": run.book,
        "decisions.csv": decisions_frame(run.decisions),
        "events.csv": run.events,
        "forecasts.csv": run.forecasts.reset_index(names="datetime"),
        "prices.csv": _one_frame(run),
        "trades.csv": trades_frame(run.trades),
    }
    rows = {DECISIONS: len(run.decisions), TRADES: len(run.trades) + len(run.open_trades)}
    header["rows"] = rows | {name: len(frame) for name, frame in frames.items()}
    _write_json(target / HEADER, header)
    write_decisions(target / DECISIONS, run.decisions)
    _write_json(target / ANALYSES, {"format": FORMAT_OF_ANALYSES, "version": VERSION, **run.analyses})
    write_trades(target / TRADES, (*run.trades, *run.open_trades))
    for name, frame in frames.items():
        frame.to_csv(target / name, index=False, lineterminator="\n", encoding="utf-8")
    return [target / name for name in (HEADER, ANALYSES, DECISIONS, TRADES, *frames)]


def load_run(folder: str | os.PathLike[str]) -> RecordedRun:
    """Return the run that `save_run` wrote into `folder`.

    Raises
    ------
    BtRiskError
        There is no saved run, it is of another version, or a file of it is missing or damaged.
    """
    source = Path(folder)
    header = _read_header(source, HEADER, FORMAT)
    analyses = _read_header(source, ANALYSES, FORMAT_OF_ANALYSES)
    rows = header.get("rows", {})  # of each file; runs saved before it was counted have none
    try:
        decisions = _whole(source, DECISIONS, rows, lambda path: tuple(read_decisions(path)))
        trades = _whole(source, TRADES, rows, lambda path: tuple(read_trades(path)))
        account = (
            _whole(source, "account.csv", rows).set_index("datetime").astype(dict.fromkeys(_COUNTS, int))
        )
        events = _whole(source, "events.csv", rows)
        prices = _whole(source, "prices.csv", rows)
        return RecordedRun(
            title=header["title"],
            settings=header["settings"],
            profile=MODERATE.replace(**header["profile"]),
            cash=header["cash"],
            account=account,
            book=_whole(source, "book.csv", rows),
            prices={
                str(name): frame.drop(columns="data").set_index("datetime")
                for name, frame in prices.groupby("data", sort=False)
            },
            decisions=decisions,
            events=as_events(events.assign(data=events["data"].where(events["data"] != "", None))),
            trades=tuple(one for one in trades if one.is_closed),
            open_trades=tuple(one for one in trades if not one.is_closed),
            round_trips=header["round_trips"],
            outcomes=header["outcomes"],
            analyses={name: value for name, value in analyses.items() if name not in ("format", "version")},
            forecasts=_whole(source, "forecasts.csv", rows).set_index("datetime"),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BtRiskError):
            raise
        raise BtRiskError(f"{source} holds a saved run that is damaged: {error}") from None


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n", encoding="utf-8", newline="\n")


def _read_header(source: Path, name: str, form: str) -> dict[str, Any]:
    path = source / name
    if not path.is_file():
        raise BtRiskError(
            f"the folder must hold a saved run, e.g. one of 'bt-risk run --out {source}'; received {str(source)!r}, "
            f"which has no {name}"
        )
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != form:
        raise BtRiskError(f"{path} is no file of a saved run")
    if header.get("version") != VERSION:
        raise BtRiskError(f"{path}: version must be {VERSION}; received {header.get('version')!r}")
    return header


def _whole(source: Path, name: str, rows: dict[str, int], read: Callable[[Path], Any] | None = None) -> Any:
    """Return what a file holds, if it is all that was written: half a file would make a page that looks whole."""
    try:
        with warnings.catch_warnings():
            if name in rows:
                warnings.simplefilter("ignore", JournalWarning)  # said below, with both numbers
            found = (read or _read)(source / name)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BtRiskError):
            raise
        raise BtRiskError(f"{source} holds a saved run whose {name} is damaged: {error}") from None
    if len(found) != rows.get(name, len(found)):
        raise BtRiskError(
            f"{source} holds a saved run whose {name} is damaged: it must have {rows[name]} rows, as {HEADER} says; "
            f"received {len(found)}"
        )
    return found


def _read(path: Path) -> pd.DataFrame:
    """Return a file with its numbers to the last bit, which pandas' own reader does not promise in all versions."""
    if not path.is_file():
        raise BtRiskError(f"{path.parent} holds a saved run without its {path.name}")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    numbers = {
        name: [float(text) if text else math.nan for text in frame[name]]
        for name in frame.columns
        if name not in _TEXTS
    }
    return frame.assign(datetime=pd.to_datetime(frame["datetime"]), **numbers)


def _one_frame(run: RecordedRun) -> pd.DataFrame:
    parts = [
        frame.rename_axis("datetime").reset_index().assign(data=name) for name, frame in run.prices.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
