"""A run, or several, on one time axis: equity, drawdown, heat, decisions. Requires their frames; gives a Figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bt_risk.rules.profile import RiskProfile
from bt_risk.views.plots.equity import depth_labels, draw_lines, end_labels, name_panel, scale_equity
from bt_risk.views.plots.heat import draw_heat, emergencies_of, mark_emergencies
from bt_risk.views.plots.labels import SideLabel, draw_side_labels
from bt_risk.views.plots.layout import WIDE, Layout, draw_legend, is_narrow, stacked_panels, write_heading
from bt_risk.views.plots.limits import draw_limits, limit_labels
from bt_risk.views.plots.scales import times_of, use_rate_scale, use_time_scale
from bt_risk.views.plots.style import (
    BLUE,
    GREEN,
    ORANGE,
    SOLID,
    VERMILLION,
    LineStyle,
    drawing,
    styles_for,
)
from bt_risk.views.text import as_money, shorten

# The outcomes of entries, from the top row of marks to the lowest.
OUTCOMES = {"accepted": GREEN, "reduced": ORANGE, "denied": VERMILLION}
_ENTRIES = ("entry", "add", "reversal")


def overview_figure(
    equity: pd.DataFrame,
    drawdown: pd.DataFrame,
    heat: pd.DataFrame,
    profiles: Sequence[RiskProfile],
    decisions: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    *,
    title: str | None = "Equity, drawdown, heat and decisions",
    subtitle: str = "",
    width: float = WIDE,
    max_points: int | None = None,
) -> Figure:
    """Return equity on a log scale, drawdown, and for each profile its heat with limits above its entries' outcomes.

    All panels share one time axis.

    Parameters
    ----------
    equity, drawdown, heat
        Indexed by time, a column a profile; rates are fractions.
    profiles
        Those whose heat is shown, in this order.
    decisions
        Columns ``datetime``, ``kind`` and ``outcome``, and ``profile`` where there are several.
    events
        Columns ``datetime`` and ``kind``, and ``profile`` where there are several; emergencies are marked.
    title, subtitle, width, max_points
        As in `equity_figure`.
    """
    styles = styles_for(str(name) for name in equity.columns)
    narrow, single = is_narrow(width), len(styles) == 1
    if single:
        styles = {name: LineStyle(BLUE, SOLID, 1.4) for name in styles}
    positive = equity.where(np.isfinite(equity) & (equity > 0))
    depths, heats = drawdown.where(np.isfinite(drawdown)), heat.where(np.isfinite(heat))
    ends = end_labels(equity, positive, styles, named=not narrow and not single)
    falls = depth_labels(depths, styles, named=not narrow and not single)
    limits = {one.name: limit_labels(one, is_brief=narrow) for one in profiles}
    # Profiles with a limit share one scale; without stops the heat is the exposure, on a scale of its own.
    limited = [one for one in profiles if one.max_heat is not None]
    shared = max((_top(heats[one.name], one) for one in limited), default=1.0)
    counts = {one.name: _counts(decisions, one.name) for one in profiles}
    with drawing():
        beside = [label.text for group in (ends, falls, *limits.values()) for label in group]
        beside += [text for group in counts.values() for text in group]
        highest = float(positive.max().max()) if positive.notna().to_numpy().any() else 0.0
        layout = Layout.around([as_money(highest), "0.25 %"], beside, width=width)
        heading = 0.62 if title else 0.04
        legend = 0.0 if single else layout.legend_height(len(styles))
        heights = [1.9 if narrow else 2.6, 1.1 if narrow else 1.3]
        for _ in profiles:
            heights += [1.0 if narrow else 1.3, 0.46]
        figure, panels = stacked_panels(layout, heights, head=heading + legend + 0.28, gap=0.34)
        if title:
            write_heading(figure, title, subtitle)
        if not single:
            draw_legend(figure, layout, styles, below=heading)
        upper, lower = panels[:2]
        draw_lines(upper, positive, styles, max_points)
        scale_equity(upper, positive)
        name_panel(upper, "Equity in account currency, log scale")
        draw_lines(lower, depths, styles, max_points)
        lower.set_ylim(max(float(np.nanmax([*depths.max(), 0.0])) * 1.06, 0.01), 0.0)
        use_rate_scale(lower, ticks=4)
        name_panel(lower, "Drawdown, labelled at its deepest")
        for number, profile in enumerate(profiles):
            above, below = panels[2 + 2 * number : 4 + 2 * number]
            top = shared if profile.max_heat is not None else _top(heats[profile.name], profile)
            _draw_heat(above, heats[profile.name], profile, styles[profile.name], events, max_points, top=top)
            _draw_outcomes(below, decisions, profile.name)
            named = "" if single else f" of {shorten(profile.name)}"
            name_panel(above, f"Heat{named}")
            name_panel(below, f"Entries{named} by their outcome")
        use_time_scale(upper, times_of(equity.index), is_narrow=narrow)
        for axes, labels in ((upper, ends), (lower, falls)):
            draw_side_labels(axes, labels, size=layout.label_size)
        for number, profile in enumerate(profiles):
            above, below = panels[2 + 2 * number : 4 + 2 * number]
            draw_side_labels(above, limits[profile.name], size=layout.label_size)
            rows = [
                SideLabel(row, text, colour)
                for row, text, colour in zip(
                    (2.0, 1.0, 0.0), counts[profile.name], OUTCOMES.values(), strict=True
                )
            ]
            draw_side_labels(below, rows, size=layout.label_size)
    return figure


def _top(heat: pd.Series, profile: RiskProfile) -> float:
    peak = float(heat.max()) if heat.notna().any() else 0.0
    return max(peak * 1.08, (profile.max_heat or 0.0) * 1.18, 0.01)


def _draw_heat(
    axes: Axes,
    heat: pd.Series,
    profile: RiskProfile,
    look: LineStyle,
    events: pd.DataFrame | None,
    max_points: int | None,
    *,
    top: float,
) -> None:
    draw_heat(axes, heat, look, max_points)
    axes.set_ylim(0.0, top)
    use_rate_scale(axes, ticks=4)
    if events is not None and "profile" not in events.columns:
        events = events.assign(profile=profile.name)
    mark_emergencies(axes, emergencies_of(events, profile.name))
    draw_limits(axes, profile)


def _entries(decisions: pd.DataFrame | None, name: str) -> pd.DataFrame:
    if decisions is None or decisions.empty:
        return pd.DataFrame({"datetime": [], "outcome": []})
    own = decisions if "profile" not in decisions.columns else decisions[decisions["profile"] == name]
    return own[own["kind"].isin(_ENTRIES)]


def _counts(decisions: pd.DataFrame | None, name: str) -> list[str]:
    found = _entries(decisions, name)["outcome"].value_counts()
    return [f"{int(found.get(outcome, 0)):,} {outcome}" for outcome in OUTCOMES]


def _draw_outcomes(axes: Axes, decisions: pd.DataFrame | None, name: str) -> None:
    entries = _entries(decisions, name)
    for row, (outcome, colour) in enumerate(OUTCOMES.items()):
        times = pd.DatetimeIndex(entries.loc[entries["outcome"] == outcome, "datetime"])
        if len(times):
            axes.vlines(times_of(times), 1.62 - row, 2.38 - row, color=colour, linewidth=0.9, label=outcome)
    axes.set_ylim(-0.6, 2.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
