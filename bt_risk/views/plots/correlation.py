"""Correlations between instruments as a grid. Requires their matrix; gives a Figure."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from bt_risk.views.plots.grid import draw_cells, grid_panel, name_rows_and_columns
from bt_risk.views.plots.layout import WIDE, is_narrow, text_width, write_heading
from bt_risk.views.plots.style import FONT_SIZE, drawing
from bt_risk.views.text import shorten


def correlation_figure(
    matrix: pd.DataFrame,
    *,
    title: str | None = "Correlation of the instruments' returns",
    subtitle: str = "",
    width: float = WIDE,
) -> Figure:
    """Return a cell a pair, from -1 (vermillion) over 0 to +1 (blue); a pair without enough bars is left out.

    Parameters
    ----------
    matrix
        Square, with the same names along both sides.
    title, subtitle
        ``title=None`` leaves out the heading.
    width
        In inches; the cells stay no wider than is needed.
    """
    narrow = is_narrow(width)
    names = [shorten(str(name), 8 if narrow else 16) for name in matrix.columns]
    with drawing():
        # Where a name is wider than its column, the columns have numbers and the rows both.
        left = 0.2 + max((text_width(f"{name} 88", FONT_SIZE) for name in names), default=0.0)
        room = width - left - 0.15
        cell = min(room / max(len(names), 1), 0.95)
        digits = 2 if cell >= 0.38 else 1
        figure, axes = grid_panel(
            max(len(names), 1),
            max(len(names), 1),
            width=width,
            left=left,
            right=width - left - cell * max(len(names), 1),
            row=min(cell, 0.42),
            head=(0.62 if title else 0.04) + 0.28,
            foot=0.1,
        )
        if title:
            write_heading(figure, title, subtitle)
        size = 8.5 if cell >= 0.45 else 6.5
        draw_cells(
            axes, matrix.to_numpy(float), largest=1.0, write=lambda v: f"{v + 0.0:.{digits}f}", size=size
        )
        columns = names if all(text_width(name, FONT_SIZE) < cell for name in names) else _numbered(names)
        rows = names if columns is names else [f"{name} {n}" for n, name in enumerate(names, start=1)]
        name_rows_and_columns(axes, rows, columns)
    return figure


def _numbered(names: list[str]) -> list[str]:
    return [str(number) for number in range(1, len(names) + 1)]
