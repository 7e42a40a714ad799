"""A grid of coloured cells with their numbers in them. Requires a matrix; gives a drawn panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bt_risk.views.plots.style import BLUE, FONT_SIZE, INK, MUTED, VERMILLION

# A cell keeps its colours in the dark: these are not those that a page's theme replaces.
_NEUTRAL, _DARK, _LIGHT = "#eef0f3", "#14161a", "#fbfcfe"
_STRONGEST = 0.8


def cell_colour(value: float, largest: float) -> str:
    """Return the colour of a cell: neutral at 0, blue above, vermillion below, full at `largest`."""
    strength = min(abs(value) / largest, 1.0) * _STRONGEST if largest > 0.0 else 0.0
    goal = np.array(to_rgb(BLUE if value > 0.0 else VERMILLION))
    return to_hex(tuple(np.array(to_rgb(_NEUTRAL)) * (1.0 - strength) + goal * strength))


def ink_on(colour: str) -> str:
    """Return the ink that is read best on a colour: by the contrast of WCAG 2.1."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
    )
    return _LIGHT if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.18 else _DARK


def grid_panel(
    columns: int, rows: int, *, width: float, left: float, right: float, row: float, head: float, foot: float
) -> tuple[Figure, Axes]:
    """Return a figure with one panel for `rows` of `row` inches and `columns`; all margins in inches."""
    total = head + rows * row + foot
    figure = Figure(figsize=(width, total))
    FigureCanvasAgg(figure)
    box = (left / width, foot / total, (width - left - right) / width, rows * row / total)
    axes = figure.add_axes(box)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0.0, labelsize=FONT_SIZE, colors=MUTED)
    axes.xaxis.tick_top()
    return figure, axes


def draw_cells(
    axes: Axes,
    values: np.ndarray,
    *,
    largest: float,
    write: Callable[[float], str],
    size: float,
    places: Sequence[float] | None = None,
) -> None:
    """Draw a cell for each known value with its text; `places` are the x positions of the columns."""
    at = list(range(values.shape[1])) if places is None else list(places)
    for row, line in enumerate(values):
        for x, value in zip(at, line, strict=True):
            if np.isnan(value):
                continue
            colour = cell_colour(float(value), largest)
            axes.add_patch(
                Rectangle((x - 0.48, row - 0.46), 0.96, 0.92, facecolor=colour, linewidth=0, zorder=2)
            )
            axes.text(
                x, row, write(float(value)), ha="center", va="center", fontsize=size, color=ink_on(colour)
            )


def name_rows_and_columns(
    axes: Axes, rows: Sequence[str], columns: Sequence[str], places: Sequence[float] | None = None
) -> None:
    """Write names left of the rows and above the columns."""
    at = list(range(len(columns))) if places is None else list(places)
    axes.set_xticks(at, list(columns), color=INK)
    axes.set_yticks(list(range(len(rows))), list(rows), color=INK)
