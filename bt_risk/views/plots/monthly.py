"""Monthly returns as a grid of years and months. Requires their table; gives a Figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from bt_risk.views.plots.grid import draw_cells, grid_panel, name_rows_and_columns
from bt_risk.views.plots.layout import WIDE, is_narrow, write_heading
from bt_risk.views.plots.style import drawing

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GAP = 0.35  # between December and the year, in columns


def monthly_figure(
    table: pd.DataFrame, *, title: str | None = "Monthly returns", subtitle: str = "", width: float = WIDE
) -> Figure:
    """Return a cell a month, blue for gains and vermillion for losses, with the year's return beside.

    Parameters
    ----------
    table
        As of `monthly_returns`: years by months 1 to 12 and ``"year"``, fractions.
    title, subtitle
        ``title=None`` leaves out the heading.
    width
        In inches; below 6 the numbers lose their decimals.
    """
    values = table.to_numpy(float)
    places = [*range(12), 12 + _GAP]
    narrow = is_narrow(width)
    months = values[:, :12]
    largest = float(np.nanmax(np.abs(months))) if np.isfinite(months).any() else 0.0
    with drawing():
        figure, axes = grid_panel(
            13,
            max(len(values), 1),
            width=width,
            left=0.5,
            right=0.12,
            row=0.26 if narrow else 0.29,
            head=(0.62 if title else 0.04) + 0.28,
            foot=0.32,
        )
        axes.set_xlim(-0.5, 12.5 + _GAP)
        if title:
            write_heading(figure, title, subtitle)
        size = 7.2 if narrow else 8.5
        draw_cells(axes, values, largest=largest, write=lambda v: _text(v, narrow), size=size, places=places)
        names = [month[:1] for month in _MONTHS] if narrow else list(_MONTHS)
        name_rows_and_columns(axes, [str(year) for year in table.index], [*names, "year"], places)
        figure.text(0.012, 0.06 / figure.get_figheight(), "returns in percent", fontsize=8.0, va="bottom")
    return figure


def _text(value: float, is_brief: bool) -> str:
    digits = 0 if is_brief else 1
    text = f"{value * 100:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
