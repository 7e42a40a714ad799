"""Sections of the account report. Requires: analyses, positions, a desk. Gives: plain values, to the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bt_risk.desk import RiskDesk
from bt_risk.rules.alerts import Alert, risk_alerts
from bt_risk.rules.position_view import PositionView
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.reading import RiskReading
from bt_risk.rules.recommendations import Recommendation, recommend
from bt_risk.rules.tiers import Tier
from bt_risk.rules.trade_advice import advise_on_trades

NO_PROFILE = "no profile: give the analyzer one, e.g. addanalyzer(RiskReportAnalyzer, profile='moderate')"
HOURS_PER_DAY = 24.0


def halt_state(desk: RiskDesk | None) -> dict[str, Any]:
    """Return whether and why entries are halted, the gravest first, and the breaker's state; empty without a desk."""
    if desk is None:
        return {}
    rule, text = desk.halt
    reasons = [reason for _, reason in desk.account.reasons]
    if rule and text not in reasons:
        reasons.insert(0, text)
    return {"is_halted": bool(rule), "halt_reasons": reasons, "breaker": desk.breaker.name}


def position_metrics(positions: Sequence[PositionView]) -> dict[str, Any]:
    """Return how many positions are open, on which side, what they are worth, and each of them."""
    return {
        "total": len(positions),
        "long": sum(position.is_long for position in positions),
        "short": sum(not position.is_long for position in positions),
        "total_exposure": sum(abs(position.value) for position in positions) + 0.0,
        "positions": [asdict(position) for position in positions],
    }


def strategy_metrics(
    name: str, positions: Sequence[PositionView], portfolio: dict[str, Any], trades: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the figures of the strategy by its name; `avg_hold_time` is in hours."""
    days = trades["holding"]["days"]["mean"]
    figures = {
        "positions": len(positions),
        "trades": trades["trades"],
        "total_pnl": portfolio["total_pnl"],
        "win_rate": trades["win_rate"],
        "avg_hold_time": None if days is None else days * HOURS_PER_DAY,
        "expectancy_r": trades["expectancy"]["r"],
        "profit_factor": trades["profit_factor"],
    }
    return {name: figures}


def account_advice(
    parts: dict[str, Any],
    positions: Sequence[PositionView],
    halt: dict[str, Any],
    profile: RiskProfile | None,
) -> tuple[list[dict[str, Any]] | None, tuple[Recommendation, ...]]:
    """Return the alerts that hold, None without a profile, and the advice: on the account, then on its trades."""
    trades = parts["trade_risk"]
    numbers = (_number(trades[name]) for name in ("win_rate", "payoff", "mean_r"))
    advice = advise_on_trades(trades["trades"], *numbers)
    if profile is None:
        return None, advice
    reading = _reading(parts, positions, halt)
    return [_told(alert) for alert in risk_alerts(reading, profile)], (*recommend(reading, profile), *advice)


def _reading(parts: dict[str, Any], positions: Sequence[PositionView], halt: dict[str, Any]) -> RiskReading:
    heat, bets = parts["heat"], parts["diversification"]
    riskiest = max(heat["positions"], key=lambda row: row["open_risk"], default={"data": ""})
    return RiskReading(
        drawdown=_number(halt["drawdown"]),
        daily_loss=_number(halt["daily_loss"]),
        positions=len(positions),
        correlation=_number(bets["highest_correlation"]["last"]),
        utilisation=_number(heat["utilisation"]["last"]),
        tier=Tier[heat["last_tier"]] if heat["last_tier"] else Tier.NORMAL,
        riskiest=riskiest["data"],
        concentration=_number(bets["concentration"]["last"]),
        effective_positions=_number(bets["effective_positions"]["last"]),
    )


def _told(alert: Alert) -> dict[str, Any]:
    return {
        "type": alert.kind,
        "level": alert.level,
        "message": alert.text,
        "value": alert.value,
        "threshold": alert.threshold,
    }


def _number(value: float | None) -> float:
    return math.nan if value is None else value
