"""Value at risk: what each model says, and whether it held. Requires the value at risk analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from bt_risk.views.plots.value_at_risk import var_figure
from bt_risk.views.report import cells
from bt_risk.views.report.figures import figure
from bt_risk.views.report.markup import Cell, Column, section, table
from bt_risk.views.report.run_report import RunReport
from bt_risk.views.text import as_number

_ALPHA = "0.05"
_TESTS = {
    "kupiec": "Kupiec (1995)",
    "independence": "independence (Christoffersen 1998)",
    "coverage": "conditional coverage (Christoffersen 1998)",
    "severity": "shortfall Z1 (Acerbi and Szekely 2014)",
    "shortfall": "shortfall Z2 (Acerbi and Szekely 2014)",
}
_SAID = (
    "The loss of one bar that should be exceeded on 5 % (or 1 %) of the bars, and the mean of the losses beyond it, "
    "the expected shortfall; forecast for each bar from the ones before it alone. A test rejects a model where its "
    "p value is at most 5 %."
)


def value_at_risk_section(report: RunReport) -> str:
    """Return the section; nothing where the analysis is not there."""
    found = report.found("value_at_risk")
    if not found:
        return ""

    def draw(width: float, points: int) -> Figure:
        known = report.forecasts
        return var_figure(
            known["return"],
            known["var"],
            confidence=0.95,
            shortfall=known["es"],
            title=None,
            width=width,
            max_points=points,
        )

    parts = []
    if report.forecasts["var"].notna().any():
        parts.append(
            figure("var", "Returns against the value at risk, historical model", draw, is_read=False)
        )
    parts += [_risks(found), _backtests(found)]
    return section("var", "Value at risk", _SAID, "".join(parts), note=cells.missing(found))


def _risks(found: Mapping[str, Any]) -> str:
    columns = [Column("model"), Column("of")]
    columns += [Column(name, True) for name in ("VaR 95 %", "ES 95 %", "VaR 99 %", "ES 99 %")]
    rows = []
    sources = {
        "strategy": found.get("strategy") or {},
        "positions": (found.get("positions") or {}).get("risks") or {},
    }
    for label, models in sources.items():
        for model, levels in models.items():
            row = [cells.text(model.replace("_", " ")), cells.text(_OF[label])]
            for level in (_ALPHA, "0.01"):
                row += [cells.rate((levels.get(level) or {}).get(part), 2) for part in ("var", "es")]
            rows.append(row)
    return table("risks", columns, rows) if rows else ""


_OF = {"strategy": "the strategy's returns", "positions": "the book after the last bar"}


def _backtests(found: Mapping[str, Any]) -> str:
    columns = [Column("model"), Column("level", True), Column("exceptions", True), Column("expected", True)]
    columns += [Column("zone", meaning="traffic light of the Basel committee (1996)")]
    columns += [Column(f"p {name}", True, meaning) for name, meaning in _TESTS.items()]
    rows = []
    for model, levels in (found.get("backtests") or {}).items():
        for alpha, one in levels.items():
            light = one.get("traffic_light") or {}
            rows.append(
                [
                    cells.text(model.replace("_", " ")),
                    cells.rate(1.0 - float(alpha), 0),
                    cells.count(one["exceptions"]),
                    cells.number(one["expected"], 1),
                    cells.text(light.get("zone")),
                    *(_verdict(one.get(test) or {}) for test in _TESTS),
                ]
            )
    return table("backtests", columns, rows) if rows else ""


def _verdict(one: Mapping[str, Any]) -> Cell:
    p_value = one.get("p_value")
    if p_value is None:
        return Cell("", float("nan"))
    return Cell(as_number(p_value, 3) + (" rejected" if one.get("is_rejected") else ""), p_value)
