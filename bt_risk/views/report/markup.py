"""HTML out of plain values; every text is escaped here and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from bt_risk.views.report.page import embedded_json

# About half a kilobyte a row: a thousand rows still open at once on a phone.
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: what is shown, and the number to sort by where the text would sort wrongly."""

    text: str
    order: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One table column."""

    label: str
    is_number: bool = False
    meaning: str = ""


def table(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, is_sortable: bool = True
) -> str:
    """Return a table in a container of its own that scrolls sideways; the first column heads its row."""
    head = "".join(_heading(column, is_sortable) for column in columns)
    body = "\n".join(_row(columns, row) for row in rows)
    kind = ' class="sortable"' if is_sortable else ""
    return (
        f'<div class="scroll" tabindex="0"><table id="{escape(name)}"{kind}>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms and what they are."""
    return (
        "<dl>" + "".join(f"<div><dt>{escape(t)}</dt><dd>{escape(d)}</dd></div>" for t, d in pairs) + "</dl>"
    )


def section(name: str, heading: str, said: str, body: str, *, note: str = "") -> str:
    """Return a section that can be linked to; `body` is HTML, `note` says what is missing and why."""
    missing = f"<p class='quiet'>Not known: {escape(note)}.</p>" if note else ""
    return (
        f'<section id="{escape(name)}"><h2>{escape(heading)}</h2><p class="quiet">{escape(said)}</p>'
        f"{body}{missing}</section>"
    )


def listing(
    name: str, what: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], most: int = MOST_ROWS
) -> str:
    """Return a table with a search box; of more than `most` rows the others are found by searching and sorting."""
    more = ""
    if len(rows) > most:
        rest = [[[cell.text, _known(cell.order)] for cell in row] for row in rows[most:]]
        numeric = [column.is_number for column in columns]
        more = (
            f'<script type="application/json" data-more="{escape(name)}" data-most="{most}">'
            f"{embedded_json({'numeric': numeric, 'rows': rest})}</script>"
        )
    return (
        f'<input type="search" data-table="{escape(name)}" placeholder="Search for rows with every word" '
        f'aria-label="Search the {escape(what)}"><span class="quiet" id="{escape(name)}-count" role="status"></span>'
        f"{table(name, columns, rows[:most])}{more}"
    )


def _known(order: float | None) -> float | str | None:
    if order is None:
        return None
    return "" if math.isnan(order) else float(order)


def _heading(column: Column, is_sortable: bool) -> str:
    css = ' class="number"' if column.is_number else ""
    title = f' title="{escape(column.meaning)}"' if column.meaning else ""
    label = escape(column.label)
    return f'<th scope="col"{css}{title}>' + (f"<button>{label}</button>" if is_sortable else label) + "</th>"


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    cells = []
    for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
        css = ' class="number"' if column.is_number else ""
        order = "" if cell.order is None else f' data-order="{_order(cell.order)}"'
        tag = 'th scope="row"' if number == 0 else "td"
        cells.append(f"<{tag}{css}{order}>{escape(cell.text)}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _order(value: float) -> str:
    return "" if math.isnan(value) else repr(float(value))
