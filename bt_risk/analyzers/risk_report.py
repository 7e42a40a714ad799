"""Analyzer that gathers the others into one account report. Requires: any strategy. Gives: sections, snapshots."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import backtrader as bt

from bt_risk.analyzers.account_source import AccountSource
from bt_risk.analyzers.benchmark import Benchmark
from bt_risk.analyzers.decisions import DecisionAnalyzer
from bt_risk.analyzers.diversification import DiversificationAnalyzer
from bt_risk.analyzers.drawdown import DrawdownAnalyzer
from bt_risk.analyzers.equity_record import EquityRecord
from bt_risk.analyzers.heat import HeatAnalyzer
from bt_risk.analyzers.plain import NO_DESK, desk_of, plain
from bt_risk.analyzers.portfolio_figures import day_figures, portfolio_figures
from bt_risk.analyzers.report_sections import (
    NO_PROFILE,
    account_advice,
    halt_state,
    position_metrics,
    strategy_metrics,
)
from bt_risk.analyzers.trade_risk import TradeRiskAnalyzer
from bt_risk.maths.exposure import gross_exposure, net_exposure
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
        self._look()
        self._account = None
        if self._benchmark is not None:
            self._benchmark.close()
        for part in self._parts.values():
            _release(part)

    def _look(self) -> None:
        """Note what is asked of the run itself.

        A strategy may ask for the report while its run is on: it is that of the bar before, as the analyzers come
        behind the strategy's calls, with the positions as they stand.
        """
        if self._account is None or not self._snapshots:
            return
        desk = desk_of(self.strategy)
        alerts = None if desk is None else [event.to_dict() for event in desk.events if event.kind == "alert"]
        self._state = {
            "timestamp": bt.num2date(self._record.times[-1]),
            "positions": self._account.positions(),
            "profile": self._parts["heat"].profile,
            "halt": halt_state(desk),
            "alerts_raised": alerts,
        }

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
            Value, cash and profits; return and ``cagr``, ``drawdown`` and its maximum, ``sharpe_ratio`` and the
            probability that the true one is above zero, ``sortino_ratio``, ``calmar_ratio``, ``volatility``, ``beta``;
            ``var_95`` or ``historical_var`` and ``expected_shortfall`` (of a bar, 5 %
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
        self._look()
        parts = {name: part.get_analysis() for name, part in self._parts.items()}
        state = self._state
        positions: list[PositionView] = state.get("positions", [])
        profile: RiskProfile | None = state.get("profile")
        halt = self._halt_figures(parts["drawdown"]["current_drawdown"])
        portfolio, missing = portfolio_figures(
            self._record,
            self._last(),
            parts,
            positions,
            benchmark=self._benchmark,
            risk_free=self.p.risk_free,
        )
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

    def _last(self) -> dict[str, float]:
        """Return the last snapshot, NaN where there is none."""
        last = self._snapshots[-1] if self._snapshots else [math.nan] * len(SNAPSHOT)
        return dict(zip(SNAPSHOT, last, strict=True))

    def _halt_figures(self, fall: float | None) -> dict[str, Any]:
        """Return the account's state; the peak is the drawdown's, in today's money after flows."""
        value, known = self._last()["total_value"], self._state.get("halt", {})
        return {
            "current_value": value,
            "peak_value": value / (1.0 - fall) if fall is not None and fall < 1.0 else None,
            "drawdown": fall,
            **day_figures(self._record),
            "is_halted": known.get("is_halted"),
            "halt_reasons": known.get("halt_reasons"),
            "breaker": known.get("breaker"),
        }


def _release(part: Any) -> None:
    """Take the run out of an analyzer within this one, as Backtrader does with the outer ones when results travel."""
    part.strategy = part._parent = None
    for name in [name for name in vars(part) if name.startswith("data")]:
        setattr(part, name, None)
