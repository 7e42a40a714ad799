"""One backtest under one profile, as a job that any process can run: plain values in, plain values out."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.analyzers import HeatAnalyzer
from bt_risk.rules.journal import decisions_to_rows, events_to_rows
from bt_risk.rules.profile import RiskProfile
from bt_risk.studies.backtest import run_backtest
from bt_risk.studies.describe import describe


class ClosedTrades(bt.Analyzer):
    """Count round trips: positions that were opened and are flat again."""

    def create_analysis(self) -> None:
        """Start at zero."""
        self.count = 0

    def notify_trade(self, trade: Any) -> None:
        """Count a trade when it closes."""
        self.count += trade.isclosed

    def get_analysis(self) -> dict[str, int]:
        """Return the count."""
        return {"trades": self.count}


def run_profile(spec: dict[str, Any]) -> dict[str, Any]:
    """Run one backtest and return its series, decisions and events, or the error that ended it.

    Parameters
    ----------
    spec
        ``strategy`` (see `strategy_source.ship`), ``params``, ``profile`` (fields), ``prices`` (frames by name),
        ``cash``, ``commission``, ``slippage``.
    """
    profile = RiskProfile(**spec["profile"])
    result: dict[str, Any] = {"profile": profile.name, "error": None}
    try:
        return result | _run(spec, profile)
    except Exception as error:
        # The strategy is the user's: whatever it raises must not take the other profiles' results with it.
        return result | {"error": describe(error)}


def _run(spec: dict[str, Any], profile: RiskProfile) -> dict[str, Any]:
    strategy = run_backtest(spec, profile, {"heat": HeatAnalyzer, "trades": ClosedTrades})
    frame = strategy.analyzers.heat.to_frame()
    return {
        "datetime": frame.index.to_pydatetime().tolist(),
        "series": {column: frame[column].tolist() for column in frame.columns},
        "decisions": decisions_to_rows(strategy.bt_risk.decisions),
        # The strategy may keep the last decisions only; every one of them is counted.
        "outcomes": dict(strategy.bt_risk.decisions.outcomes),
        "events": events_to_rows(strategy.bt_risk.events),
        **strategy.analyzers.trades.get_analysis(),
    }
