"""Equity and drawdown of several runs. Requires one frame each, a column a profile; gives a Figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bt_risk.views.decimate import extreme_positions
from bt_risk.views.plots.labels import SideLabel, draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, draw_legend, is_narrow, stacked_panels, write_heading
from bt_risk.views.plots.scales import times_of, use_money_log_scale, use_rate_scale, use_time_scale
from bt_risk.views.plots.style import MUTED, LineStyle, drawing, styles_for
from bt_risk.views.text import as_money, rate_text, shorten


def equity_figure(
    equity: pd.DataFrame,
    drawdown: pd.DataFrame,
    *,
    title: str | None = "Equity and drawdown: same signals and prices, different risk rules",
    subtitle: str = "",
    width: float = WIDE,
    max_points: int | None = None,
) -> Figure:
    """Return equity on a log scale above the drawdown, one line a profile.

    Parameters
    ----------
    equity, drawdown
        Indexed by time, one column a profile; drawdowns are positive fractions.
    title, subtitle
        ``title=None`` leaves out the heading, for a page that has its own.
    width
        In inches; below 6 the figure is laid out for a phone.
    max_points
        Most points of a line, chosen so that extremes survive; None draws all.
    """
    styles = styles_for(str(name) for name in equity.columns)
    # A logarithm has no place for an account at or below zero: the line ends there.
    positive = equity.where(np.isfinite(equity) & (equity > 0))
    finite = drawdown.where(np.isfinite(drawdown))
    ends = end_labels(equity, positive, styles, named=not is_narrow(width))
    depths = depth_labels(finite, styles, named=not is_narrow(width))
    highest = float(positive.max().max()) if positive.notna().to_numpy().any() else 0.0
    with drawing():
        beside = [label.text for label in [*ends, *depths]]
        layout = Layout.around([as_money(highest), "0.25 %"], beside, width=width)
        heading = 0.62 if title else 0.04
        legend = layout.legend_height(len(styles))
        heights = (2.3, 1.4) if layout.is_narrow else (3.5, 1.7)
        figure, (upper, lower) = stacked_panels(layout, heights, head=heading + legend + 0.28, gap=0.38)
        if title:
            write_heading(figure, title, subtitle)
        draw_legend(figure, layout, styles, below=heading)

        draw_lines(upper, positive, styles, max_points)
        scale_equity(upper, positive)
        name_panel(upper, "Equity in account currency, log scale")
        draw_lines(lower, finite, styles, max_points)
        lower.set_ylim(max(float(np.nanmax([*finite.max(), 0.0])) * 1.06, 0.01), 0.0)
        use_rate_scale(lower, ticks=4)
        name_panel(lower, "Drawdown, labelled at its deepest")
        use_time_scale(lower, times_of(equity.index), is_narrow=layout.is_narrow)
        draw_side_labels(upper, ends, size=layout.label_size)
        draw_side_labels(lower, depths, size=layout.label_size)
    return figure


def end_labels(
    equity: pd.DataFrame, positive: pd.DataFrame, styles: dict[str, LineStyle], *, named: bool
) -> list[SideLabel]:
    """Return what each curve ends at."""
    labels = []
    for name, look in styles.items():
        drawn = positive[name].dropna()
        if len(drawn):
            money = as_money(float(equity[name].iloc[-1]))
            text = f"{shorten(name)} {money}" if named else money
            labels.append(SideLabel(float(drawn.iloc[-1]), text, look.colour))
    return labels


def depth_labels(drawdown: pd.DataFrame, styles: dict[str, LineStyle], *, named: bool) -> list[SideLabel]:
    """Return each curve's deepest drawdown."""
    labels = []
    for name, look in styles.items():
        deepest = float(drawdown[name].max())
        if np.isfinite(deepest):
            text = f"{shorten(name)} {rate_text(deepest)}" if named else rate_text(deepest)
            labels.append(SideLabel(deepest, text, look.colour))
    return labels


def scale_equity(axes: Axes, positive: pd.DataFrame) -> None:
    """Put equity on a log scale that holds all of it."""
    drawn = positive.to_numpy()[positive.notna().to_numpy()]
    if drawn.size:
        use_money_log_scale(axes, float(drawn.min()), float(drawn.max()))


def draw_lines(axes: Axes, frame: pd.DataFrame, styles: dict[str, LineStyle], max_points: int | None) -> None:
    """Draw a line a profile, thinned out so that extremes survive."""
    times = times_of(frame.index)
    # The first profile is drawn last, so that the baselines lie underneath.
    for rank, (name, look) in enumerate(styles.items()):
        values = frame[name].to_numpy(dtype=float)
        kept = extreme_positions(values, max_points) if max_points else slice(None)
        axes.plot(
            times[kept],
            values[kept],
            label=name,
            color=look.colour,
            linestyle=look.dash,
            linewidth=look.width,
            zorder=3 + (len(styles) - rank) / 100,
        )


def name_panel(axes: Axes, name: str) -> None:
    """Write above a panel what it shows."""
    axes.set_title(name, loc="left", fontsize=9.0, color=MUTED, pad=5)
