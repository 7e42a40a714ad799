"""Analyzer that gathers the others into one account report. Requires: any strategy. Gives: sections, snapshots."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from bt_risk.analyzers.account_source import AccountSource
from bt_risk.analyzers.benchmark import Benchmark
from bt_risk.analyzers.decisions import DecisionAnalyzer
from bt_risk.analyzers.diversification import DiversificationAnalyzer
from bt_risk.analyzers.drawdown import DrawdownAnalyzer
from bt_risk.analyzers.equity_record import EquityRecord
from bt_risk.analyzers.heat import HeatAnalyzer
from bt_risk.analyzers.plain import NO_DESK, desk_of, plain
from bt_risk.analyzers.report_sections import (
    NO_PROFILE,
    account_advice,
    halt_state,
    position_metrics,
    strategy_metrics,
)
from bt_risk.analyzers.trade_risk import TradeRiskAnalyzer
from bt_risk.maths.correlation import MIN_SAMPLES
from bt_risk.maths.exposure import gross_exposure, net_exposure
from bt_risk.maths.returns import annualised_volatility, beta, periods_per_year, sharpe_ratio, sortino_ratio
from bt_risk.maths.value_at_risk import MIN_RETURNS, historical_es, historical_var
from bt_risk.rules.halts.risk_level import risk_level
from bt_risk.rules.position_view import PositionView
from bt_risk.rules.profile import RiskProfile

if TYPE_CHECKING:
    import pandas as pd

SNAPSHOT = (
    "total_value",
    "cash",
    "positions_value",
    "exposure",
    "net_exposure",
    "n_positions",
    "unrealized_pnl",
    "realized_pnl",
)
ALPHA = 0.05


class RiskReportAnalyzer(bt.Analyzer):
    """Report on the account: portfolio, positions, strategy, alerts, recommendations, and all the figures behind them.

    It runs the other analyzers and asks them; whatever they cannot tell of a strategy is None here too, and `missing`
    says why. Rates are fractions, money is in account currency, returns are those of the equity over one bar with
    deposits and withdrawals taken out.

    Parameters
    ----------
    benchmark
        Name or number of a data of the run to measure beta against.
    risk_free
        Yearly rate for Sharpe and Sortino ratios.
    profile
        Limits to hold a plain strategy against: a name, a `RiskProfile`, or a mapping. A desk has its own.
    """

    params = (("benchmark", None), ("risk_free", 0.0), ("profile", None))

    def __init__(self) -> None:
        # Backtrader runs an analyzer that is made here together with this one.
        self._parts: dict[str, Any] = {
            "heat": HeatAnalyzer(profile=self.p.profile),
            "drawdown": DrawdownAnalyzer(),
            "trade_risk": TradeRiskAnalyzer(),
            "diversification": DiversificationAnalyzer(),
            "decisions": DecisionAnalyzer(),
        }

    def create_analysis(self) -> None:
        """Start with no snapshot."""
        self._snapshots: list[tuple[float, ...]] = []
        self._state: dict[str, Any] = {}
        self._benchmark: Benchmark | None = None

    def start(self) -> None:
        """Begin the records."""
        # One record for both: Backtrader runs the inner analyzers first.
        self._record: EquityRecord = self._parts["drawdown"].record
        self._account: AccountSource | None = AccountSource(self.strategy)
        self._strategy_name = type(self.strategy).__name__
        if self.p.benchmark is not None:
            self._benchmark = Benchmark(self.strategy, self.p.benchmark)

    def notify_order(self, order: Any) -> None:
        """Hear of the fills."""
        assert self._account is not None
        self._account.take(order)

    def next(self) -> None:
        """Take a snapshot of the account; Backtrader calls it during the warm-up as well."""
        assert self._account is not None
        if self._benchmark is not None:
            self._benchmark.see(len(self._snapshots) + 1)
        totals = self._account.totals()
        values = [value for value, _ in totals]
        equity = self._record.equity[-1]
        self._snapshots.append(
            (
                equity,
                self._account.cash,
                sum(values),
                gross_exposure(values, equity),
                net_exposure(values, equity),
                len(totals),
                sum(profit for _, profit in totals),
                self._account.realized,
            )
        )

    def stop(self) -> None:
        """Keep what is asked at the end, and let go of the run."""
        assert self._account is not None
        desk = desk_of(self.strategy)
        profile = self._parts["heat"].profile
        self._state = {
            "timestamp": self._account.now() if self._snapshots else None,
            "positions": self._account.positions() if self._snapshots else [],
            "profile": profile,
            "halt": halt_state(desk),
            "alerts_raised": None
            if desk is None
            else [e.to_dict() for e in desk.events if e.kind == "alert"],
        }
        self._account = None
        if self._benchmark is not None:
            self._benchmark.close()
        for part in self._parts.values():
            _release(part)

    def to_frame(self) -> pd.DataFrame:
        """Return a snapshot of the account after each bar, indexed by time; exposures are fractions of equity."""
        import pandas as pd

        index = pd.DatetimeIndex(self._record.dates(), name="datetime")
        return pd.DataFrame(self._snapshots, index=index, columns=list(SNAPSHOT)).astype({"n_positions": int})

    def get_analysis(self) -> dict[str, Any]:
        """Return the report as a plain dict that JSON can hold; None where undefined.

        Keys
        ----
        timestamp, strategy
            Time of the last bar, name of the strategy's class.
        portfolio_metrics
            Value, cash and profits; returns, ``drawdown`` and its maximum, ``sharpe_ratio``, ``sortino_ratio``,
            ``volatility`` and ``beta``; ``var_95`` or ``historical_var`` and ``expected_shortfall`` (of a bar, 5 %
            tail, historical); heat and diversification; ``exposure`` and ``correlation_matrix`` by instrument;
            ``risk_level``.
        halt_state
            Value, peak, drawdown, the day's profit, whether and why entries are halted.
        position_metrics
            How many, ``long`` and ``short``, their ``total_exposure`` in money, and each of ``positions``; see
            `rules.position_view.PositionView`.
        strategy_metrics
            Of the strategy: open positions, profit, win rate and mean holding time in hours.
        alerts, alerts_raised, recommendations
            What is above its alert's level at the end, what was raised on the way, and advice.
        heat, drawdown, trade_risk, diversification, decisions
            The analyses of the analyzers of that name.
        missing
            What is not known, and why.
        """
        parts = {name: part.get_analysis() for name, part in self._parts.items()}
        state = self._state
        positions: list[PositionView] = state.get("positions", [])
        profile: RiskProfile | None = state.get("profile")
        halt = self._halt_figures(parts["drawdown"])
        portfolio, missing = self._portfolio(parts, halt)
        alerts, advice = account_advice(parts, positions, halt, profile)
        if profile is None:
            missing["alerts"] = NO_PROFILE
        if halt["is_halted"] is None:
            missing["halt_state.is_halted"] = missing["alerts_raised"] = NO_DESK
        return {
            **plain(
                {
                    "timestamp": state.get("timestamp"),
                    "strategy": self._strategy_name,
                    "portfolio_metrics": portfolio,
                    "halt_state": halt,
                    "position_metrics": position_metrics(positions),
                    "strategy_metrics": strategy_metrics(
                        self._strategy_name, positions, portfolio, parts["trade_risk"]
                    ),
                    "alerts": alerts,
                    "alerts_raised": state.get("alerts_raised"),
                    "recommendations": [asdict(each) for each in advice],
                }
            ),
            **parts,
            "missing": missing,
        }

    def _last(self, name: str) -> float:
        return self._snapshots[-1][SNAPSHOT.index(name)] if self._snapshots else math.nan

    def _halt_figures(self, falls: dict[str, Any]) -> dict[str, Any]:
        """Return the account's state; the peak is the drawdown's, in today's money after flows."""
        value, fall, known = self._last("total_value"), falls["current_drawdown"], self._state.get("halt", {})
        loss, profit = self._day()
        return {
            "current_value": value,
            "peak_value": value / (1.0 - fall) if fall is not None and fall < 1.0 else None,
            "drawdown": fall,
            "daily_pnl": profit,
            "daily_loss": loss,
            "is_halted": known.get("is_halted"),
            "halt_reasons": known.get("halt_reasons"),
            "breaker": known.get("breaker"),
        }

    def _day(self) -> tuple[float, float]:
        """Return the loss of the last session / the equity before it, and its profit, without flows."""
        record = self._record
        if not record.times:
            return math.nan, math.nan
        first = record.sessions.index(record.sessions[-1])
        base = record.equity[first - 1] if first else record.first
        profit = record.equity[-1] - base - sum(record.flows[first:])
        return max(0.0, -profit) / base if base > 0.0 else math.nan, profit

    def _portfolio(
        self, parts: dict[str, Any], halt: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        record, heat, bets = self._record, parts["heat"], parts["diversification"]
        curve = record.adjusted()
        returns = record.returns()
        returns = returns[np.isfinite(returns)]
        per_year = periods_per_year(record.times)
        names = bets["all"]["names"]
        value, first = self._last("total_value"), record.first
        profit = value - first - math.fsum(record.flows)
        metrics = {
            "portfolio_value": value,
            "cash": self._last("cash"),
            "positions_value": self._last("positions_value"),
            "total_pnl": profit,
            "total_unrealized": self._last("unrealized_pnl"),
            "total_realized": self._last("realized_pnl"),
            # Interest, and whatever else the broker booked past any fill.
            "total_other": profit - self._last("realized_pnl") - self._last("unrealized_pnl"),
            "total_return": curve[-1] / curve[0] - 1.0,
            "n_trades": parts["trade_risk"]["trades"],
            "drawdown": halt["drawdown"],
            "current_drawdown": halt["drawdown"],
            "max_drawdown": parts["drawdown"]["max_drawdown"],
            "sharpe_ratio": sharpe_ratio(returns, per_year, self.p.risk_free),
            "sortino_ratio": sortino_ratio(returns, per_year, self.p.risk_free),
            "volatility": annualised_volatility(returns, per_year),
            "periods_per_year": per_year,
            "var_95": historical_var(returns, alpha=ALPHA),
            "historical_var": historical_var(returns, alpha=ALPHA),
            "expected_shortfall": historical_es(returns, alpha=ALPHA),
            "beta": beta(*self._benchmark.pairs(curve)) if self._benchmark is not None else None,
            "benchmark": None if self._benchmark is None else self._benchmark.name,
            "active_positions": self._last("n_positions"),
            "total_risk": sum(row["open_risk"] + row["reserved_risk"] for row in heat["positions"]),
            "portfolio_heat": heat["heat"]["last"],
            "gross_exposure": self._last("exposure"),
            "net_exposure": self._last("net_exposure"),
            "effective_positions": bets["effective_positions"]["last"],
            "concentration_risk": bets["concentration"]["last"],
            "exposure": {p.symbol: p.value / value for p in self._state.get("positions", []) if value > 0.0},
            "correlation_matrix": dict(
                zip(
                    names, (dict(zip(names, row, strict=True)) for row in bets["all"]["matrix"]), strict=False
                )
            ),
            "risk_level": None if halt["drawdown"] is None else risk_level(halt["drawdown"]),
        }
        return metrics, self._missing(metrics, returns.size)

    def _missing(self, metrics: dict[str, Any], count: int) -> dict[str, str]:
        missing = self._record.missing()
        known = plain(metrics)
        if known["historical_var"] is None:
            missing["historical_var"] = f"{count} returns, it takes {MIN_RETURNS}"
        if known["sharpe_ratio"] is None:
            missing["sharpe_ratio"] = "fewer than two returns, or none that moves"
        if all(rho is None for row in known["correlation_matrix"].values() for rho in row.values()):
            missing["correlation_matrix"] = f"{count} returns, it takes {MIN_SAMPLES} that move"
        if known["beta"] is None:
            missing["beta"] = (
                "no benchmark: give the analyzer one, e.g. addanalyzer(RiskReportAnalyzer, benchmark='SPY')"
                if self._benchmark is None
                else "the benchmark has fewer than two returns, or none that moves"
            )
        return missing


def _release(part: Any) -> None:
    """Take the run out of an analyzer within this one, as Backtrader does with the outer ones when results travel."""
    part.strategy = part._parent = None
    for name in [name for name in vars(part) if name.startswith("data")]:
        setattr(part, name, None)
