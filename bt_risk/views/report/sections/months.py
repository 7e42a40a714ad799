"""Returns month by month."""

from __future__ import annotations

from matplotlib.figure import Figure

from bt_risk.views.monthly import monthly_returns
from bt_risk.views.plots.monthly import monthly_figure
from bt_risk.views.report.figures import figure
from bt_risk.views.report.markup import section
from bt_risk.views.report.run_report import RunReport


def months_section(report: RunReport) -> str:
    """Return the section; nothing for a run without a known equity."""
    returns = monthly_returns(report.account["equity"], report.cash)
    if returns.empty:
        return ""

    def draw(width: float, points: int) -> Figure:
        return monthly_figure(returns, title=None, width=width)

    drawn = figure("months", "Monthly returns", draw, is_read=False, is_named=False)
    return section(
        "months", "Monthly returns", "In percent, after costs; the last column is the year.", drawn
    )
