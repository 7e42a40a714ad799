"""Figures made with matplotlib's objects alone: no pyplot, no global state, no change of backend."""

from __future__ import annotations

from bt_risk.views.plots.equity import equity_figure
from bt_risk.views.plots.heat import heat_figure
from bt_risk.views.plots.save import inline_svg, save_figure
from bt_risk.views.plots.trade import trade_figure
from bt_risk.views.plots.waterfall import waterfall_figure

__all__ = ["equity_figure", "heat_figure", "inline_svg", "save_figure", "trade_figure", "waterfall_figure"]
