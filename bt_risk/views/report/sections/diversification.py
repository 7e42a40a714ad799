"""How much the positions differ. Requires the analysis of the diversification."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from bt_risk.views.plots.correlation import correlation_figure
from bt_risk.views.report import cells
from bt_risk.views.report.figures import figure
from bt_risk.views.report.markup import Column, section, table
from bt_risk.views.report.run_report import RunReport

_SHOWN = {
    "effective_positions": "effective positions, by notional",
    "effective_positions_by_risk": "effective positions, by volatility",
    "concentration": "concentration (Herfindahl)",
    "diversification_ratio": "diversification ratio (Choueifaty 2008)",
    "effective_bets": "effective bets (Meucci 2009)",
    "mean_correlation": "mean correlation of the positions",
    "highest_correlation": "highest correlation of two",
}


def diversification_section(report: RunReport) -> str:
    """Return the section; nothing where the analysis is not there, or the run had one instrument."""
    found = report.found("diversification")
    every = found.get("all") or {}
    names, values = every.get("names") or [], every.get("matrix") or []
    if len(names) < 2:
        return ""
    matrix = pd.DataFrame(values, index=names, columns=names, dtype=float)

    def draw(width: float, points: int) -> Figure:
        return correlation_figure(matrix, title=None, width=width)

    rows = [
        [cells.text(label), *(cells.number(found[key].get(part)) for part in ("mean", "min", "max", "last"))]
        for key, label in _SHOWN.items()
        if isinstance(found.get(key), dict)
    ]
    columns = [Column("figure"), *(Column(name, True) for name in ("mean", "lowest", "highest", "last"))]
    drawn = figure("correlation", "Correlation of the instruments' returns", draw, is_read=False)
    said = f"Correlations of the returns of the last {found.get('window')} bars; the figures are of the positions held."
    return section(
        "diversification",
        "Diversification",
        said,
        drawn + table("spread", columns, rows),
        note=cells.missing(found),
    )
