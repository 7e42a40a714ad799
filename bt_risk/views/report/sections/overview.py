"""Equity, drawdown, heat and decisions on one time axis."""

from __future__ import annotations

from matplotlib.figure import Figure

from bt_risk.views.plots.overview import overview_figure
from bt_risk.views.report.figures import figure_section
from bt_risk.views.report.run_report import RunReport

_CAPTION = (
    "Equity on a log scale, its fall from the highest before, the heat against its limits, and when an entry was "
    "accepted, made smaller or denied. Heat is the share of equity that is lost if every stop is hit at its price."
)


def overview_section(report: RunReport) -> str:
    """Return the section; every run has one."""
    name = report.profile.name

    def draw(width: float, points: int) -> Figure:
        return overview_figure(
            report.account["equity"].to_frame(name),
            report.drawdown.to_frame(name),
            report.account["heat"].to_frame(name),
            [report.profile],
            report.decisions,
            report.events,
            title=None,
            width=width,
            max_points=points,
        )

    return figure_section("overview", "Overview", _CAPTION, draw)
