"""Heat against its limits. Requires heat, a column a profile, and the profiles; gives a Figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bt_risk.rules.profile import RiskProfile
from bt_risk.views.decimate import extreme_positions
from bt_risk.views.plots.labels import SideLabel, draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, is_narrow, stacked_panels, write_heading
from bt_risk.views.plots.scales import times_of, use_rate_scale, use_time_scale
from bt_risk.views.plots.style import GREEN, INK, MUTED, VERMILLION, LineStyle, drawing, styles_for
from bt_risk.views.text import as_band, exact_rate, rate_text, shorten

_HEADROOM = 1.18
_TIER_DASHES = {"WARNING": (0, (1.2, 1.6)), "CRITICAL": (0, (4, 2)), "EMERGENCY": "-"}


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
    labels = {profile.name: _limit_labels(profile, is_brief=is_narrow(width)) for profile in profiles}
    with drawing():
        beside = [label.text for side in labels.values() for label in side]
        layout = Layout.around(["0.25 %"], beside, width=width)
        heights = [(1.05 if layout.is_narrow else 1.25) if p.max_heat is not None else 0.85 for p in profiles]
        figure, panels = stacked_panels(layout, heights, head=0.92 if title else 0.28, gap=0.36)
        if title:
            write_heading(figure, title, subtitle)
        for axes, profile in zip(panels, profiles, strict=True):
            column = finite[profile.name]
            _draw_heat(axes, column, styles[profile.name], max_points)
            if profile.max_heat is None:
                axes.set_ylim(0.0, max(float(column.max()) * 1.08, 0.01) if column.notna().any() else 1.0)
            else:
                axes.set_ylim(0.0, top)
            use_rate_scale(axes, ticks=4)
            use_time_scale(axes, times_of(heat.index), is_narrow=layout.is_narrow)
            emergencies = _emergencies(events, profile.name)
            _name_panel(axes, profile, column, len(emergencies), layout)
            _mark(axes, emergencies)
            _draw_limits(axes, profile)
            draw_side_labels(axes, labels[profile.name], size=layout.label_size)
    return figure


def _shared_top(heat: pd.DataFrame, limited: Sequence[RiskProfile]) -> float:
    limits = [profile.max_heat * _HEADROOM for profile in limited if profile.max_heat is not None]
    peaks = [
        float(heat[profile.name].max()) * 1.05 for profile in limited if heat[profile.name].notna().any()
    ]
    return max([*limits, *peaks], default=1.0)


def _draw_heat(axes: Axes, heat: pd.Series, look: LineStyle, max_points: int | None) -> None:
    values = heat.to_numpy(dtype=float)
    kept = extreme_positions(values, max_points) if max_points else slice(None)
    times = times_of(heat.index)[kept]
    axes.fill_between(times, values[kept], color=look.colour, alpha=0.22, linewidth=0, zorder=2.5)
    axes.plot(times, values[kept], color=look.colour, linewidth=0.8, label=str(heat.name), zorder=3)


def _levels(profile: RiskProfile) -> dict[str, float]:
    if profile.max_heat is None:
        return {}
    return {
        "WARNING": profile.heat_warning * profile.max_heat,
        "CRITICAL": profile.heat_critical * profile.max_heat,
        "EMERGENCY": profile.max_heat,
    }


def _limit_labels(profile: RiskProfile, *, is_brief: bool) -> list[SideLabel]:
    labels = []
    for tier, level in _levels(profile).items():
        word = tier.lower() if is_brief else f"{tier} {'above' if tier == 'EMERGENCY' else 'from'}"
        labels.append(SideLabel(level, f"{word} {exact_rate(level)}", VERMILLION))
    if profile.max_heat is not None and profile.target_heat is not None:
        low, high = profile.target_heat
        labels.append(SideLabel((low + high) / 2, f"target {as_band(low, high)}", GREEN))
    return labels


def _draw_limits(axes: Axes, profile: RiskProfile) -> None:
    if profile.max_heat is None:
        return
    for tier, level in _levels(profile).items():
        axes.axhline(
            level, color=VERMILLION, linewidth=0.9, linestyle=_TIER_DASHES[tier], zorder=2.8, label=tier
        )
    axes.axhspan(profile.max_heat, axes.get_ylim()[1], color=VERMILLION, alpha=0.10, linewidth=0, zorder=1)
    if profile.target_heat is not None:
        axes.axhspan(
            *profile.target_heat, color=GREEN, alpha=0.14, linewidth=0, zorder=1, label="target band"
        )


def _emergencies(events: pd.DataFrame | None, name: str) -> pd.Index:
    if events is None or events.empty:
        return pd.DatetimeIndex([])
    return pd.DatetimeIndex(
        events.loc[(events["profile"] == name) & (events["kind"] == "emergency"), "datetime"]
    )


def _mark(axes: Axes, emergencies: pd.Index) -> None:
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
