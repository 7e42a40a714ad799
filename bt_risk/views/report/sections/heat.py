"""The heat by position, how long it was in each tier, and the book after the last bar."""

from __future__ import annotations

from html import escape

from matplotlib.figure import Figure

from bt_risk.views.plots.composition import composition_figure
from bt_risk.views.report import cells
from bt_risk.views.report.figures import figure
from bt_risk.views.report.markup import Column, section, table
from bt_risk.views.report.run_report import RunReport

_SHOWN = {
    "heat": "heat",
    "open_heat": "of open positions",
    "reserved_heat": "of entries on their way",
    "locked_in": "profit behind stops",
    "stressed_heat": "if stops are overshot",
    "correlated_heat": "at the assumed correlation",
}


def heat_section(report: RunReport) -> str:
    """Return the section; without a position it is the dashboard alone."""

    def draw(width: float, points: int) -> Figure:
        return composition_figure(
            report.shares, profile=report.profile, title=None, width=width, max_points=points
        )

    found = report.found("heat")
    parts = [f"<pre>{escape(report.dashboard)}</pre>"]
    if report.shares.shape[1]:
        parts.insert(0, figure("composition", "Heat by position", draw, is_read=False, is_named=False))
    rows = [
        [cells.text(label), *(cells.rate(found[key].get(part), 2) for part in ("mean", "max", "last"))]
        for key, label in _SHOWN.items()
        if isinstance(found.get(key), dict)
    ]
    if rows:
        names = ("mean", "highest", "last")
        parts.append(
            table("heats", [Column("share of equity"), *(Column(name, True) for name in names)], rows)
        )
    bars = found.get("bars_in_tier")
    if bars:
        total = sum(bars.values()) or 1
        tiers = [[cells.text(tier), cells.count(n), cells.rate(n / total)] for tier, n in bars.items()]
        parts.append(table("tiers", [Column("tier"), Column("bars", True), Column("share", True)], tiers))
    said = "Each position's open risk / equity, stacked, and the heat of the book after the last bar."
    return section("heat", "Heat by position", said, "".join(parts))
