"""The heat of the book by position, stacked. Requires a share a position; gives a Figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from bt_risk.rules.profile import RiskProfile
from bt_risk.views.decimate import extreme_positions
from bt_risk.views.plots.labels import draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, draw_legend, is_narrow, stacked_panels, write_heading
from bt_risk.views.plots.limits import draw_limits, limit_labels
from bt_risk.views.plots.scales import times_of, use_rate_scale, use_time_scale
from bt_risk.views.plots.style import BLUE, GREEN, MUTED, ORANGE, PURPLE, SKY, SOLID, LineStyle, drawing

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY)
OTHERS = "others"


def composition_figure(
    heat: pd.DataFrame,
    *,
    profile: RiskProfile | None = None,
    title: str | None = "Heat by position",
    subtitle: str = "",
    width: float = WIDE,
    max_points: int | None = None,
) -> Figure:
    """Return the open heat stacked by instrument, the ones with the most of it first, the rest as one.

    Parameters
    ----------
    heat
        Indexed by time, a column an instrument: open risk / equity, 0 without a position.
    profile
        Its limit, tiers and target band are drawn.
    title, subtitle
        ``title=None`` leaves out the heading.
    width, max_points
        As in `equity_figure`; the highest heat of all positions together survives.
    """
    shown = _largest(heat.where(np.isfinite(heat), 0.0).fillna(0.0))
    styles = {
        str(name): LineStyle(MUTED if name == OTHERS else _COLOURS[turn % len(_COLOURS)], SOLID, 5.0)
        for turn, name in enumerate(shown.columns)
    }
    labels = [] if profile is None else limit_labels(profile, is_brief=is_narrow(width))
    with drawing():
        layout = Layout.around(["0.25 %"], [label.text for label in labels], width=width)
        legend = layout.legend_height(len(styles))
        heading = 0.62 if title else 0.04
        figure, (axes,) = stacked_panels(
            layout, [1.9 if layout.is_narrow else 2.4], head=heading + legend + 0.12, gap=0.0
        )
        if title:
            write_heading(figure, title, subtitle)
        draw_legend(figure, layout, styles, below=heading)
        times, total = times_of(shown.index), shown.sum(axis=1).to_numpy(float)
        kept = extreme_positions(total, max_points) if max_points else np.arange(total.size)
        bottom = np.zeros(kept.size)
        for name, look in styles.items():
            top = bottom + shown[name].to_numpy(float)[kept]
            axes.fill_between(
                times[kept],
                bottom,
                top,
                step="post",
                color=look.colour,
                alpha=0.85,
                linewidth=0,
                label=f" {name}",
                zorder=2,
            )
            bottom = top
        limit = 0.0 if profile is None or profile.max_heat is None else profile.max_heat
        axes.set_ylim(0.0, max(float(total.max(initial=0.0)) * 1.08, limit * 1.18, 0.001))
        if profile is not None:
            draw_limits(axes, profile)
        use_rate_scale(axes, ticks=4)
        use_time_scale(axes, times, is_narrow=layout.is_narrow)
        draw_side_labels(axes, labels, size=layout.label_size)
    return figure


def _largest(heat: pd.DataFrame) -> pd.DataFrame:
    """Return the columns with the most heat, that of all others as one."""
    heat = heat.set_axis([str(name) for name in heat.columns], axis=1)
    order = heat.sum().sort_values(ascending=False, kind="stable").index
    if len(order) <= len(_COLOURS):
        return heat[order]
    most = order[: len(_COLOURS) - 1]
    return heat[most].assign(**{OTHERS: heat[order[len(most) :]].sum(axis=1)})
