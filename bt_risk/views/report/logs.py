"""The decision log and the event log of a page: whole and searchable, the first rows shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from bt_risk.views.report.markup import MOST_ROWS, Cell, Column, listing, section
from bt_risk.views.report.numbers import iso_time
from bt_risk.views.text import as_number, rate_text


def _as_text(value: Any) -> Cell:
    return Cell("" if value is None or value != value else str(value))


def _as_time(value: Any) -> Cell:
    return Cell(iso_time(pd.Timestamp(value)).replace("T", " "))


def _numeric(write: Callable[[float], str]) -> Callable[[Any], Cell]:
    def cell(value: Any) -> Cell:
        number = float("nan") if value is None else float(value)
        return Cell("" if number != number else write(number), number)

    return cell


def _as_units(value: float) -> str:
    return f"{value:,.6g}"


_Written = tuple[str, Column, Callable[[Any], Cell]]

_DECISIONS: tuple[_Written, ...] = (
    ("profile", Column("profile"), _as_text),
    ("number", Column("no.", is_number=True), _numeric(_as_units)),
    ("datetime", Column("time"), _as_time),
    ("data", Column("data"), _as_text),
    ("side", Column("side"), _as_text),
    ("kind", Column("kind"), _as_text),
    ("outcome", Column("outcome"), _as_text),
    ("text", Column("reason"), _as_text),
    ("price", Column("price", is_number=True), _numeric(as_number)),
    ("stop", Column("stop", is_number=True), _numeric(as_number)),
    ("wanted", Column("wanted", is_number=True, meaning="units asked for"), _numeric(_as_units)),
    ("given", Column("given", is_number=True, meaning="units granted"), _numeric(_as_units)),
    ("heat_before", Column("heat before", is_number=True), _numeric(rate_text)),
    ("heat_after", Column("heat after", is_number=True), _numeric(rate_text)),
    ("rule", Column("rule", meaning="the rule that decided"), _as_text),
)
_EVENTS: tuple[_Written, ...] = (
    ("profile", Column("profile"), _as_text),
    ("datetime", Column("time"), _as_time),
    ("kind", Column("kind"), _as_text),
    ("level", Column("level"), _as_text),
    ("data", Column("data"), _as_text),
    ("text", Column("what happened"), _as_text),
)


def decision_log(decisions: pd.DataFrame, most: int = MOST_ROWS) -> str:
    """Return the section that lists the decisions, of one run or, with a column ``profile``, of several.

    Of more than `most` the first are shown; searching and sorting reach all.

    Requests to close what was not open decided nothing; they are counted and left out. So are decisions that a
    strategy did not keep in memory.
    """
    idle = decisions["outcome"] == "nothing"
    left_out = f" {idle.sum():,} requests to close what was not open are left out." if idle.any() else ""
    # Their numbers go on counting.
    runs = [decisions] if "profile" not in decisions else [run for _, run in decisions.groupby("profile")]
    forgotten = sum(int(run["number"].max()) for run in runs if len(run)) - len(decisions)
    if forgotten > 0:
        left_out += f" {forgotten:,} earlier decisions were not kept in memory."
    return _log("decisions", "Decisions", decisions[~idle], _DECISIONS, most, left_out)


def event_log(events: pd.DataFrame, most: int = MOST_ROWS) -> str:
    """Return the section that lists the events; of more than `most` the first are shown, and all are found."""
    return _log("events", "Events", events, _EVENTS, most, "")


def _log(
    name: str, heading: str, frame: pd.DataFrame, written: tuple[_Written, ...], most: int, note: str
) -> str:
    if frame.empty:
        return section(f"{name}-log", heading, f"There were none.{note}", "")
    several = "profile" in frame
    order = "in the order of the runs" if several else "in their order"
    said = f"All {len(frame):,}, {order}."
    if len(frame) > most:
        said = f"The first {most:,} of {len(frame):,}, {order}; searching and sorting reach all."
    shown = [part for part in written if several or part[0] != "profile"]
    rows = [[write(row[key]) for key, _, write in shown] for row in frame.to_dict("records")]
    listed = listing(name, heading.lower(), [column for _, column, _ in shown], rows, most)
    return section(f"{name}-log", heading, f"{said}{note}", listed)
