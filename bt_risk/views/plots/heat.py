"""Heat against its limits. Requires heat, a column a profile, and the profiles; gives a Figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bt_risk.rules.profile import RiskProfile
from bt_risk.views.decimate import extreme_positions
from bt_risk.views.plots.labels import draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, is_narrow, stacked_panels, write_heading
from bt_risk.views.plots.limits import draw_limits, limit_labels
from bt_risk.views.plots.scales import times_of, use_rate_scale, use_time_scale
from bt_risk.views.plots.style import INK, MUTED, LineStyle, drawing, styles_for
from bt_risk.views.text import exact_rate, rate_text, shorten

_HEADROOM = 1.18


def heat_figure(
    heat: pd.DataFrame,
    profiles: Sequence[RiskProfile],
    events: pd.DataFrame | None = None,
    *,
    title: str | None = "Portfolio heat: share of equity lost if every stop is hit",
    subtitle: str = "",
    width: float = WIDE,
    max_points: int | None = None,
) -> Figure:
    """Return one heat panel a profile, with its limit, tiers, target band and emergencies.

    Profiles with a limit share one scale. A profile without a limit gets a scale of its own: a position
    without a stop risks its whole value, so that its heat is exposure and ten times larger.

    Parameters
    ----------
    heat
        Indexed by time, one column a profile, fractions of equity.
    profiles
        Those to show, in this order; each must be a column of `heat`.
    events
        Columns ``profile``, ``datetime`` and ``kind``; rows of kind ``"emergency"`` are marked.
    title, subtitle, width, max_points
        As in `equity_figure`.
    """
    styles = styles_for(str(name) for name in heat.columns)
    finite = heat.where(np.isfinite(heat))
    limited = [profile for profile in profiles if profile.max_heat is not None]
    top = _shared_top(finite, limited)
    labels = {profile.name: limit_labels(profile, is_brief=is_narrow(width)) for profile in profiles}
    with drawing():
        beside = [label.text for side in labels.values() for label in side]
        layout = Layout.around(["0.25 %"], beside, width=width)
        heights = [(1.05 if layout.is_narrow else 1.25) if p.max_heat is not None else 0.85 for p in profiles]
        figure, panels = stacked_panels(layout, heights, head=0.92 if title else 0.28, gap=0.36)
        if title:
            write_heading(figure, title, subtitle)
        for axes, profile in zip(panels, profiles, strict=True):
            column = finite[profile.name]
            draw_heat(axes, column, styles[profile.name], max_points)
            if profile.max_heat is None:
                axes.set_ylim(0.0, max(float(column.max()) * 1.08, 0.01) if column.notna().any() else 1.0)
            else:
                axes.set_ylim(0.0, top)
            use_rate_scale(axes, ticks=4)
            use_time_scale(axes, times_of(heat.index), is_narrow=layout.is_narrow)
            emergencies = emergencies_of(events, profile.name)
            _name_panel(axes, profile, column, len(emergencies), layout)
            mark_emergencies(axes, emergencies)
            draw_limits(axes, profile)
            draw_side_labels(axes, labels[profile.name], size=layout.label_size)
    return figure


def _shared_top(heat: pd.DataFrame, limited: Sequence[RiskProfile]) -> float:
    limits = [profile.max_heat * _HEADROOM for profile in limited if profile.max_heat is not None]
    peaks = [
        float(heat[profile.name].max()) * 1.05 for profile in limited if heat[profile.name].notna().any()
    ]
    return max([*limits, *peaks], default=1.0)


def draw_heat(axes: Axes, heat: pd.Series, look: LineStyle, max_points: int | None) -> None:
    """Draw the heat of one run as a filled line."""
    values = heat.to_numpy(dtype=float)
    kept = extreme_positions(values, max_points) if max_points else slice(None)
    times = times_of(heat.index)[kept]
    axes.fill_between(times, values[kept], color=look.colour, alpha=0.22, linewidth=0, zorder=2.5)
    axes.plot(times, values[kept], color=look.colour, linewidth=0.8, label=str(heat.name), zorder=3)


def emergencies_of(events: pd.DataFrame | None, name: str) -> pd.Index:
    """Return the times of one profile's emergencies."""
    if events is None or events.empty:
        return pd.DatetimeIndex([])
    return pd.DatetimeIndex(
        events.loc[(events["profile"] == name) & (events["kind"] == "emergency"), "datetime"]
    )


def mark_emergencies(axes: Axes, emergencies: pd.Index) -> None:
    """Mark emergencies near the upper edge of a panel."""
    if len(emergencies):
        axes.plot(
            times_of(emergencies),
            np.full(len(emergencies), 0.94),
            transform=axes.get_xaxis_transform(),
            linestyle="none",
            marker="v",
            markersize=5.0,
            markeredgewidth=0.0,
            color=INK,
            label="emergencies",
            zorder=4,
        )


def _name_panel(axes: Axes, profile: RiskProfile, heat: pd.Series, emergencies: int, layout: Layout) -> None:
    facts = [f"peak {rate_text(float(heat.max()))}"] if heat.notna().any() else []
    if profile.max_heat is None:
        facts.insert(0, "no limit")
    elif not layout.is_narrow:
        facts.insert(0, f"limit {exact_rate(profile.max_heat)}")
    if emergencies:
        facts.append(f"▼ {emergencies} {'emergency' if emergencies == 1 else 'emergencies'}")
    axes.set_title(
        f"{shorten(profile.name)}: {', '.join(facts)}", loc="left", fontsize=9.0, color=MUTED, pad=5
    )
