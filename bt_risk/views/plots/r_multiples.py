"""What trades made in R, as a histogram. Requires their multiples; gives a Figure."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from numpy.typing import ArrayLike

from bt_risk.views.plots.layout import WIDE, Layout, stacked_panels, write_heading
from bt_risk.views.plots.scales import round_ticks
from bt_risk.views.plots.style import BLUE, FONT_SIZE, INK, MUTED, VERMILLION, drawing

_BIN, _MOST_BINS = 0.25, 60


def r_figure(
    multiples: ArrayLike,
    *,
    interval: tuple[float, float] | None = None,
    title: str | None = "What trades made, in R",
    subtitle: str = "",
    width: float = WIDE,
) -> Figure:
    """Return how many trades made how many R, with the loss that was planned and the mean, Tharp's expectancy.

    Parameters
    ----------
    multiples
        Realised profit / planned risk, a trade each; NaN are left out.
    interval
        Confidence interval of the mean, drawn as a band.
    title, subtitle
        ``title=None`` leaves out the heading.
    width
        In inches; below 6 the figure is laid out for a phone.
    """
    found = np.asarray(multiples, dtype=float)
    known = found[np.isfinite(found)]
    with drawing():
        # Room for the name of the axis beside its numbers.
        layout = Layout.around(["1,000 wide"], [""], width=width)
        height = 1.9 if layout.is_narrow else 2.5
        head = (0.62 if title else 0.1) + 0.25
        figure, (axes,) = stacked_panels(layout, [height], head=head, gap=0.0, foot=0.62)
        if title:
            write_heading(figure, title, subtitle)
        edges = _edges(known)
        counts, _ = np.histogram(known, edges)
        colours = [VERMILLION if edge < -1e-9 else BLUE for edge in edges[:-1]]
        axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=colours, linewidth=0, label="trades")
        axes.set_ylim(0.0, max(int(counts.max(initial=0)), 1) * 1.12)
        axes.set_xlim(edges[0] - 0.1, edges[-1] + 0.1)
        axes.axvline(0.0, color=MUTED, linewidth=0.9)
        axes.axvline(-1.0, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), label="planned loss")
        axes.yaxis.set_major_locator(FixedLocator(_whole(0.0, axes.get_ylim()[1], 4)))
        axes.xaxis.set_major_locator(FixedLocator(_whole(*axes.get_xlim(), 6 if layout.is_narrow else 12)))
        axes.set_ylabel("trades", fontsize=FONT_SIZE)
        axes.set_xlabel("R multiple of a trade: profit / planned risk", fontsize=FONT_SIZE)
        axes.set_title(_said(known, interval, layout), loc="left", fontsize=9.0, color=MUTED, pad=5)
        if known.size:
            if interval is not None and all(map(math.isfinite, interval)):
                axes.axvspan(*interval, color=INK, alpha=0.12, linewidth=0, label="interval of the mean")
            axes.axvline(float(known.mean()), color=INK, linewidth=1.6, label="mean")
    return figure


def _whole(low: float, high: float, most: int) -> list[float]:
    return [tick for tick in round_ticks(low, high, most) if tick == round(tick)]


def _edges(known: np.ndarray) -> np.ndarray:
    """Return bins a quarter of R wide, or wider where that would be too many; zero is always an edge."""
    low, high = min(float(known.min(initial=0.0)), -1.0), max(float(known.max(initial=0.0)), 1.0)
    step = _BIN
    while (high - low) / step > _MOST_BINS:
        step *= 2.0
    return np.arange(math.floor(low / step), math.ceil(high / step + 1e-9) + 1) * step


def _said(known: np.ndarray, interval: tuple[float, float] | None, layout: Layout) -> str:
    if not known.size:
        return "no trade with an R"
    text = f"{known.size} trades, mean {known.mean():+.2f} R"
    if interval is not None and all(map(math.isfinite, interval)):
        text += f" ({interval[0]:+.2f} to {interval[1]:+.2f})"
    return text if layout.is_narrow else f"{text}; dashed: the planned loss of -1 R; line: the mean"
