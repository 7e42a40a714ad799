"""Figures made with matplotlib's objects alone: no pyplot, no global state, no change of backend."""

from __future__ import annotations

from bt_risk.views.plots.composition import composition_figure
from bt_risk.views.plots.correlation import correlation_figure
from bt_risk.views.plots.equity import equity_figure
from bt_risk.views.plots.heat import heat_figure
from bt_risk.views.plots.monthly import monthly_figure
from bt_risk.views.plots.overview import overview_figure
from bt_risk.views.plots.r_multiples import r_figure
from bt_risk.views.plots.save import inline_svg, save_figure
from bt_risk.views.plots.trade import trade_figure
from bt_risk.views.plots.value_at_risk import var_figure
from bt_risk.views.plots.waterfall import waterfall_figure

__all__ = [
    "composition_figure",
    "correlation_figure",
    "equity_figure",
    "heat_figure",
    "inline_svg",
    "monthly_figure",
    "overview_figure",
    "r_figure",
    "save_figure",
    "trade_figure",
    "var_figure",
    "waterfall_figure",
]
