"""From what a trade planned to what it made, part by part. Requires trade records; gives a Figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from bt_risk.errors import BtRiskError
from bt_risk.rules.trade_record import TradeRecord
from bt_risk.views.plots.layout import WIDE, Layout, is_narrow, text_width, write_heading
from bt_risk.views.plots.style import (
    BLUE,
    FONT_SIZE,
    GREEN,
    GRID,
    INK,
    MUTED,
    POINTS_PER_INCH,
    VERMILLION,
    drawing,
)
from bt_risk.views.text import as_money, as_number

_ROW, _GAP, _FOOT = 0.26, 0.85, 0.5
_BAR = 0.62
# Left of the labels, in inches, and between their columns.
_LEADER, _BETWEEN = 0.10, "    "


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: from one running total to the next; what was planned and what was realised start at zero."""

    name: str
    before: float
    after: float
    colour: str

    @property
    def money(self) -> float:
        """What it adds to the total."""
        return self.after - self.before


def steps_of(trade: TradeRecord) -> list[Step]:
    """Return the steps from planned to realised; parts below half a hundredth are left out."""
    parts = trade.parts
    steps = [Step("planned", 0.0, parts.planned, BLUE)]
    for part in fields(parts)[1:]:
        money = getattr(parts, part.name)
        if round(money, 2):
            start = steps[-1].after
            colour = VERMILLION if money < 0.0 else GREEN
            steps.append(Step(part.name.replace("_", " "), start, start + money, colour))
    return [*steps, Step("realised", 0.0, trade.realised, INK)]


def waterfall_figure(
    trades: Sequence[TradeRecord],
    *,
    title: str | None = "Planned against realised",
    subtitle: str = "",
    units: Sequence[str] = (),
    width: float = WIDE,
) -> Figure:
    """Return a panel a trade, each on a scale of its own: planned, every part between, realised, in money and in R.

    Parameters
    ----------
    trades
        Records of closed trades.
    title, subtitle
        ``title=None`` leaves out the heading.
    units
        The currency of each trade's account, for its axis.
    width
        In inches; below 6 the figure is laid out for a phone.

    Raises
    ------
    BtRiskError
        There are no trades.
    """
    if not trades:
        raise BtRiskError("trades must be closed trades, e.g. risk.trades[-3:]; received none")
    panels = [steps_of(trade) for trade in trades]
    named = [*units, *("account currency" for _ in trades[len(units) :])]
    with drawing():
        names = [step.name for steps in panels for step in steps]
        labels = [_labels(trade, steps) for trade, steps in zip(trades, panels, strict=True)]
        in_money, in_r = zip(*(label for each in labels for label in each), strict=True)
        layout = Layout.around(names, [f"{_longest(in_money)}{_BETWEEN}{_longest(in_r)}"], width=width)
        ends = _column_ends(layout, in_money, in_r)
        heights = [_ROW * len(steps) + 0.1 for steps in panels]
        figure, axes = _panels(layout, heights, head=0.92 if title else 0.3)
        if title:
            write_heading(figure, title, subtitle)
        for panel, trade, steps, beside, unit in zip(axes, trades, panels, labels, named, strict=True):
            _draw(panel, steps, ticks=3 if layout.is_narrow else 5)
            _label_bars(panel, beside, ends, layout)
            _name_panel(panel, trade, unit, layout)
    return figure


def _panels(layout: Layout, heights: Sequence[float], *, head: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels of these heights below each other, each with an axis of its own."""
    total = head + sum(heights) + _GAP * (len(heights) - 1) + _FOOT
    figure = Figure(figsize=(layout.width, total))
    FigureCanvasAgg(figure)
    panels, top = [], total - head
    for height in heights:
        room = (layout.width - layout.left - layout.right) / layout.width
        panel = figure.add_axes((layout.left / layout.width, (top - height) / total, room, height / total))
        panel.grid(True, axis="x", color=GRID, linewidth=0.6)
        panel.tick_params(axis="x", colors=MUTED, labelsize=FONT_SIZE, width=0.7, length=3.0)
        panel.tick_params(axis="y", labelcolor=INK, labelsize=FONT_SIZE, length=0.0)
        panels.append(panel)
        top -= height + _GAP
    return figure, panels


def _draw(axes: Axes, steps: Sequence[Step], *, ticks: int) -> None:
    # Bars would else end at the panel's edge, where nobody sees that they end.
    axes.use_sticky_edges = False
    rows = range(len(steps))
    axes.barh(
        rows,
        [step.money for step in steps],
        left=[step.before for step in steps],
        color=[step.colour for step in steps],
        height=_BAR,
        zorder=3,
    )
    for row, (step, _) in enumerate(pairwise(steps)):
        # The running total goes on where the bar above it ends.
        axes.plot(
            [step.after] * 2, [row + _BAR / 2, row + 1 - _BAR / 2], color=MUTED, linewidth=0.8, zorder=2.5
        )
    axes.axvline(0.0, color=MUTED, linewidth=0.9, zorder=2)
    axes.set_yticks(list(rows), [step.name for step in steps])
    axes.set_ylim(len(steps) - 0.45, -0.55)
    axes.spines["left"].set_visible(False)
    low, high = axes.get_xlim()
    places = MaxNLocator(nbins=ticks, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    axes.xaxis.set_major_locator(FixedLocator([place for place in places if low <= place <= high]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: as_money(value + 0.0)))


def _labels(trade: TradeRecord, steps: Sequence[Step]) -> list[tuple[str, str]]:
    """Return what stands beside each bar: its money, and its R."""
    unit = trade.risk
    in_r = [f"{as_number(step.money / unit) if unit > 0.0 else 'n/a'} R" for step in steps]
    return [(as_money(step.money, 2), r) for step, r in zip(steps, in_r, strict=True)]


def _longest(texts: Sequence[str]) -> str:
    return max(texts, key=lambda text: text_width(text, FONT_SIZE))


def _column_ends(layout: Layout, in_money: Sequence[str], in_r: Sequence[str]) -> tuple[float, float]:
    """Return where both columns of labels end, in points right of the panels."""
    size = layout.label_size
    first = _LEADER + text_width(_longest(in_money), size)
    second = first + text_width(f"{_BETWEEN}{_longest(in_r)}", size)
    return first * POINTS_PER_INCH, second * POINTS_PER_INCH


def _label_bars(
    axes: Axes, labels: Sequence[tuple[str, str]], ends: tuple[float, float], layout: Layout
) -> None:
    for row, label in enumerate(labels):
        for text, end in zip(label, ends, strict=True):
            axes.annotate(
                text,
                (1.0, row),
                xycoords=axes.get_yaxis_transform(),
                xytext=(end, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=layout.label_size,
            )


def _name_panel(axes: Axes, trade: TradeRecord, unit: str, layout: Layout) -> None:
    text = f"{trade.data}, {trade.side} {as_money(trade.units)}"
    if not is_narrow(layout.width):
        text += (
            f", {trade.opened:%Y-%m-%d} to {trade.closed:%Y-%m-%d}: left by {trade.reason.replace('_', ' ')}"
        )
    axes.set_title(text, loc="left", fontsize=9.0, color=MUTED, pad=5)
    axes.set_xlabel(f"profit and loss, {unit}", fontsize=FONT_SIZE)
