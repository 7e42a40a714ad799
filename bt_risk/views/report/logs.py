"""The decision log and the event log of a page: searchable, and capped with the cap said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from bt_risk.views.report.markup import Cell, Column, table
from bt_risk.views.report.numbers import iso_time
from bt_risk.views.text import as_number, rate_text

# About half a kilobyte a row: a thousand rows still open at once on a phone.
MOST_DECISIONS, MOST_EVENTS = 1000, 500


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


def decision_log(decisions: pd.DataFrame, most: int = MOST_DECISIONS) -> str:
    """Return the section that lists the decisions; of more than `most` the latest of every profile.

    Requests to close what was not open decided nothing; they are counted and left out. So are decisions that a
    strategy did not keep in memory.
    """
    idle = decisions["outcome"] == "nothing"
    left_out = f" {idle.sum():,} requests to close what was not open are left out." if idle.any() else ""
    # Their numbers go on counting.
    forgotten = int(decisions.groupby("profile")["number"].max().sum()) - len(decisions)
    if forgotten > 0:
        left_out += f" {forgotten:,} earlier decisions were not kept in memory."
    return _log("decisions", "Decisions", decisions[~idle], _DECISIONS, most, left_out)


def event_log(events: pd.DataFrame, most: int = MOST_EVENTS) -> str:
    """Return the section that lists the events; of more than `most` the latest of every profile."""
    return _log("events", "Events", events, _EVENTS, most, "")


def _log(
    name: str, heading: str, frame: pd.DataFrame, written: tuple[_Written, ...], most: int, note: str
) -> str:
    if frame.empty:
        return f"<section><h2>{heading}</h2><p class='quiet'>There were none.{note}</p></section>"
    shown = frame
    said = f"All {len(frame):,}, in the order of the runs."
    if len(frame) > most:
        share = max(1, most // frame["profile"].nunique())
        shown = frame.groupby("profile", sort=False).tail(share)
        said = f"The latest {share:,} of each profile, {len(shown):,} of {len(frame):,}; {name}.csv has all."
    rows = [[write(row[key]) for key, _, write in written] for row in shown.to_dict("records")]
    listing = table(name, [column for _, column, _ in written], rows)
    return (
        f"<section><h2>{heading}</h2><p class='quiet'>{said}{note}</p>"
        f'<input type="search" data-table="{name}" placeholder="Search for rows with every word" '
        f'aria-label="Search the {heading.lower()}"><span class="quiet" id="{name}-count" role="status"></span>'
        f"{listing}</section>"
    )
