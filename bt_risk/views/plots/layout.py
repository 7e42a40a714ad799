"""Stacked panels with fixed margins. Gives a figure, its panels and its heading; all sizes are in inches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from bt_risk.views.plots.style import FONT_SIZE, GRID, MUTED, POINTS_PER_INCH, LineStyle
from bt_risk.views.text import shorten

WIDE, NARROW = 10.0, 4.0
NARROW_BELOW = 6.0
_PADDING, _LEADER = 0.16, 0.10
_LEGEND_ROW = 0.175


def is_narrow(width: float) -> bool:
    """Return whether a figure of this width is meant for a phone."""
    return width < NARROW_BELOW


@dataclass(frozen=True, slots=True)
class Layout:
    """Margins and text sizes for one width; below 6 inches texts are short and the legend has two columns.

    `left` and `right` are the margins beside the panels.
    """

    width: float
    left: float
    right: float

    @classmethod
    def around(cls, ticks: Iterable[str], labels: Iterable[str], *, width: float) -> Layout:
        """Return a layout with room for the texts `ticks` left of the panels and `labels` right of them."""
        size = _label_size(width)
        return cls(width, _PADDING + _widest(ticks, FONT_SIZE), _PADDING + _LEADER + _widest(labels, size))

    @property
    def is_narrow(self) -> bool:
        """Whether the figure is meant for a phone."""
        return is_narrow(self.width)

    @property
    def label_size(self) -> float:
        """Size in points of the labels beside the panels."""
        return _label_size(self.width)

    @property
    def legend_columns(self) -> int:
        """Legend entries in a row."""
        return 2 if self.is_narrow else 5

    def legend_height(self, entries: int) -> float:
        """Return the room that a legend of `entries` takes."""
        return -(-entries // self.legend_columns) * _LEGEND_ROW + 0.06


def _label_size(width: float) -> float:
    return FONT_SIZE - 1.0 if is_narrow(width) else FONT_SIZE


def text_width(text: str, size: float) -> float:
    """Return how wide a text of `size` points is, in inches."""
    font = FontProperties(size=size)
    width: float = text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]
    return width / POINTS_PER_INCH


def _widest(texts: Iterable[str], size: float) -> float:
    return max((text_width(text, size) for text in texts), default=0.0)


def stacked_panels(
    layout: Layout, heights: Sequence[float], *, head: float, gap: float, foot: float = 0.5
) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels of these heights below each other on one shared time axis."""
    total = head + sum(heights) + gap * (len(heights) - 1) + foot
    figure = Figure(figsize=(layout.width, total))
    FigureCanvasAgg(figure)
    panels: list[Axes] = []
    top = total - head
    for height in heights:
        box = (
            layout.left / layout.width,
            (top - height) / total,
            (layout.width - layout.left - layout.right) / layout.width,
            height / total,
        )
        panel = figure.add_axes(box, sharex=panels[0] if panels else None)
        # Ticks are made when the figure is drawn, perhaps under other settings: theirs are fixed here.
        panel.grid(True, color=GRID, linewidth=0.6)
        panel.tick_params(axis="x", colors=MUTED, labelsize=FONT_SIZE, width=0.7, length=3.0)
        panel.tick_params(axis="y", colors=MUTED, labelsize=FONT_SIZE, length=0.0)
        panels.append(panel)
        top -= height + gap
    for panel in panels[:-1]:
        panel.tick_params(axis="x", labelbottom=False, length=0)
        panel.xaxis.offsetText.set_visible(False)
    return figure, panels


def write_heading(figure: Figure, title: str, subtitle: str) -> None:
    """Write the title and below it, smaller, what it is based on."""
    height = figure.get_figheight()
    figure.text(0.012, 1 - 0.12 / height, title, fontsize=FONT_SIZE + 3.5, fontweight="bold", va="top")
    if subtitle:
        figure.text(0.012, 1 - 0.40 / height, subtitle, fontsize=FONT_SIZE, color=MUTED, va="top")


def draw_legend(figure: Figure, layout: Layout, styles: Mapping[str, LineStyle], *, below: float) -> None:
    """Draw the legend across the figure, `below` inches under its upper edge."""
    handles = [
        Line2D([], [], color=look.colour, linestyle=look.dash, linewidth=look.width + 0.3)
        for look in styles.values()
    ]
    names = [shorten(name, 24 if layout.is_narrow else 28) for name in styles]
    figure.legend(
        handles,
        # A legend leaves out whatever begins with an underscore.
        [f" {name}" if name.startswith("_") else name for name in names],
        loc="upper left",
        bbox_to_anchor=(0.012, 1 - below / figure.get_figheight()),
        ncols=layout.legend_columns,
        fontsize=layout.label_size,
        handlelength=2.2,
        columnspacing=1.4,
        borderaxespad=0.0,
        borderpad=0.0,
        labelspacing=0.45,
    )
