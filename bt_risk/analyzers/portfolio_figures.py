"""The portfolio of a report in figures. Requires: equity, the last snapshot, analyses. Gives: plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bt_risk.analyzers.benchmark import Benchmark
from bt_risk.analyzers.equity_record import EquityRecord
from bt_risk.analyzers.plain import plain
from bt_risk.maths.correlation import MIN_SAMPLES
from bt_risk.maths.drawdown import loss_fraction
from bt_risk.maths.returns import (
    DAYS_PER_YEAR,
    annualised_volatility,
    beta,
    cagr,
    periods_per_year,
    sharpe_ratio,
    sortino_ratio,
)
from bt_risk.maths.sharpe_confidence import probabilistic_sharpe
from bt_risk.maths.value_at_risk import MIN_RETURNS, historical_es, historical_var
from bt_risk.rules.halts.risk_level import risk_level
from bt_risk.rules.position_view import PositionView

ALPHA = 0.05
NO_BENCHMARK = "no benchmark: give the analyzer one, e.g. addanalyzer(RiskReportAnalyzer, benchmark='SPY')"
STILL_BENCHMARK = "the benchmark has fewer than two returns, or none that moves"


def portfolio_figures(
    record: EquityRecord,
    last: Mapping[str, float],
    parts: Mapping[str, Any],
    positions: Sequence[PositionView],
    *,
    benchmark: Benchmark | None,
    risk_free: float,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the figures of the section, and what of them is not known, and why.

    Parameters
    ----------
    record
        Equity and flows, bar by bar.
    last
        The last snapshot by its columns.
    parts
        The other analyzers' analyses, by name.
    positions
        What is open.
    """
    heat, bets, fall = parts["heat"], parts["diversification"], parts["drawdown"]["current_drawdown"]
    curve = record.adjusted()
    returns = record.returns()
    returns = returns[np.isfinite(returns)]
    per_year = periods_per_year(record.times)
    value = last["total_value"]
    profit = value - record.first - math.fsum(record.flows)
    var, shortfall = historical_var(returns, alpha=ALPHA), historical_es(returns, alpha=ALPHA)
    names, matrix = bets["all"]["names"], bets["all"]["matrix"]
    metrics = {
        "portfolio_value": value,
        "cash": last["cash"],
        "positions_value": last["positions_value"],
        "total_pnl": profit,
        "total_unrealized": last["unrealized_pnl"],
        "total_realized": last["realized_pnl"],
        # Interest, and whatever else the broker booked past any fill.
        "total_other": profit - last["realized_pnl"] - last["unrealized_pnl"],
        "total_return": curve[-1] / curve[0] - 1.0,
        "cagr": _growth(record, curve),
        "n_trades": parts["trade_risk"]["trades"],
        "drawdown": fall,
        "current_drawdown": fall,
        "max_drawdown": parts["drawdown"]["max_drawdown"],
        "calmar_ratio": parts["drawdown"]["calmar_ratio"],
        "sharpe_ratio": sharpe_ratio(returns, per_year, risk_free),
        "probabilistic_sharpe": probabilistic_sharpe(returns),
        "sortino_ratio": sortino_ratio(returns, per_year, risk_free),
        "volatility": annualised_volatility(returns, per_year),
        "periods_per_year": per_year,
        "var_95": var,
        "historical_var": var,
        "expected_shortfall": shortfall,
        "beta": None if benchmark is None else beta(*benchmark.pairs(curve)),
        "benchmark": None if benchmark is None else benchmark.name,
        "active_positions": last["n_positions"],
        "total_risk": sum(row["open_risk"] + row["reserved_risk"] for row in heat["positions"]),
        "portfolio_heat": heat["heat"]["last"],
        "gross_exposure": last["exposure"],
        "net_exposure": last["net_exposure"],
        "effective_positions": bets["effective_positions"]["last"],
        "concentration_risk": bets["concentration"]["last"],
        "exposure": {each.symbol: each.value / value for each in positions if value > 0.0},
        "correlation_matrix": {
            name: dict(zip(names, row, strict=True)) for name, row in zip(names, matrix, strict=False)
        },
        "risk_level": None if fall is None else risk_level(fall),
    }
    missing = record.missing() | _missing(plain(metrics), returns.size)
    if metrics["benchmark"] is None:
        missing["beta"] = NO_BENCHMARK
    return metrics, missing


def day_figures(record: EquityRecord) -> dict[str, float]:
    """Return the profit of the last session without flows, and its loss / the equity before it; NaN where unknown."""
    if not record.times:
        return {"daily_pnl": math.nan, "daily_loss": math.nan}
    first = record.sessions.index(record.sessions[-1])
    base = record.equity[first - 1] if first else record.first
    profit = record.equity[-1] - base - math.fsum(record.flows[first:])
    return {"daily_pnl": profit, "daily_loss": loss_fraction(profit, base)}


def _growth(record: EquityRecord, curve: Any) -> float:
    known = curve[np.isfinite(curve)]
    if len(record.times) < 2 or not known.size:
        return math.nan
    return cagr(known[0], known[-1], (record.times[-1] - record.times[0]) / DAYS_PER_YEAR)


def _missing(known: dict[str, Any], count: int) -> dict[str, str]:
    missing = {}
    if known["historical_var"] is None:
        missing["historical_var"] = f"{count} returns, it takes {MIN_RETURNS}"
    if known["sharpe_ratio"] is None:
        missing["sharpe_ratio"] = "fewer than two returns, or none that moves"
    if all(rho is None for row in known["correlation_matrix"].values() for rho in row.values()):
        missing["correlation_matrix"] = f"{count} returns, it takes {MIN_SAMPLES} that move"
    if known["beta"] is None:
        missing["beta"] = STILL_BENCHMARK
    return missing
