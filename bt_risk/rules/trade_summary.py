"""The closed trades of a run in figures. Requires: `TradeRecord`s. Gives: plain sections, to analyzers and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite, isnan, nan
from statistics import fmean, median
from typing import Any

from bt_risk.maths.r_statistics import (
    CONFIDENCE,
    kelly_estimate,
    mean_interval,
    profit_factor,
    system_quality,
)
from bt_risk.maths.trade_stats import win_loss_averages
from bt_risk.rules.trade_record import TradeRecord

SECONDS_PER_DAY = 86_400.0
METHOD = "two-sided interval of the mean by Student's t"


def summarise_trades(trades: Sequence[TradeRecord], confidence: float = CONFIDENCE) -> dict[str, Any]:
    """Return everything that closed trades tell, in sections; money after costs, losses negative, NaN undefined.

    See `analyzers.trade_risk.TradeRiskAnalyzer.get_analysis` for the sections.
    """
    multiples = [trade.r_multiple for trade in trades if not isnan(trade.r_multiple)]
    return {
        **group_of(trades),
        **_money(trades),
        "expectancy": _expectancy(trades, multiples, confidence),
        "sqn": system_quality(multiples, most=float("inf")),
        "sqn_100": system_quality(multiples),
        "mae": _spread(trade.mae for trade in trades),
        "mfe": _spread(trade.mfe for trade in trades),
        "mae_of_winners": _spread(trade.mae for trade in trades if trade.realised > 0.0),
        "mfe_of_losers": _spread(trade.mfe for trade in trades if trade.realised < 0.0),
        "kelly": _kelly(trades, multiples, confidence),
        "exits": _groups(trades, lambda trade: str(trade.reason)),
        "sides": _groups(trades, lambda trade: trade.side),
        "by_instrument": _groups(trades, lambda trade: trade.data),
        "holding": {
            "bars": _spread(float(trade.bars) for trade in trades),
            "days": _spread(map(days_held, trades)),
            "bars_of_winners": _spread(float(trade.bars) for trade in trades if trade.realised > 0.0),
            "bars_of_losers": _spread(float(trade.bars) for trade in trades if trade.realised < 0.0),
        },
    }


def days_held(trade: TradeRecord) -> float:
    """Return the days from the first fill to the last, weekends included; NaN while it is open."""
    if trade.closed is None:
        return nan
    return (trade.closed - trade.opened).total_seconds() / SECONDS_PER_DAY


def trade_return_of(trade: TradeRecord) -> float:
    """Return realised / notional of the entries, multiplier included; NaN where the multiplier is not known."""
    notional = abs(trade.units * trade.entry * trade.multiplier)
    return trade.realised / notional if notional > 0.0 else nan


def group_of(trades: Sequence[TradeRecord]) -> dict[str, Any]:
    """Return the figures that every group of trades is told in."""
    multiples = [trade.r_multiple for trade in trades if not isnan(trade.r_multiple)]
    made = [trade.realised for trade in trades]
    return {
        "trades": len(made),
        "won": sum(pnl > 0.0 for pnl in made),
        "lost": sum(pnl < 0.0 for pnl in made),
        "win_rate": win_loss_averages(made)[0],
        "net": sum(made, 0.0),
        "rated": len(multiples),
        "total_r": sum(multiples) if multiples else nan,
        "mean_r": fmean(multiples) if multiples else nan,
    }


def _groups(trades: Sequence[TradeRecord], key: Callable[[TradeRecord], str]) -> dict[str, dict[str, Any]]:
    found: dict[str, list[TradeRecord]] = {}
    for trade in trades:
        found.setdefault(key(trade), []).append(trade)
    return {name: group_of(members) for name, members in sorted(found.items())}


def _money(trades: Sequence[TradeRecord]) -> dict[str, float]:
    made = [trade.realised for trade in trades]
    _, average_win, average_loss = win_loss_averages(made)
    return {
        "gross_win": sum(pnl for pnl in made if pnl > 0.0) + 0.0,
        "gross_loss": sum(pnl for pnl in made if pnl < 0.0) + 0.0,
        "average_win": average_win,
        "average_loss": -average_loss,
        "largest_win": max((pnl for pnl in made if pnl > 0.0), default=nan),
        "largest_loss": min((pnl for pnl in made if pnl < 0.0), default=nan),
        "payoff": average_win / average_loss,
        "profit_factor": profit_factor(made),
        "costs": sum(trade.costs for trade in trades) + 0.0,
    }


def _expectancy(
    trades: Sequence[TradeRecord], multiples: Sequence[float], confidence: float
) -> dict[str, Any]:
    in_r, in_money = (
        mean_interval(multiples, confidence),
        mean_interval([t.realised for t in trades], confidence),
    )
    return {
        "method": METHOD,
        "confidence": confidence,
        "r": in_r.mean,
        "r_low": in_r.low,
        "r_high": in_r.high,
        "money": in_money.mean,
        "money_low": in_money.low,
        "money_high": in_money.high,
    }


def _kelly(trades: Sequence[TradeRecord], multiples: Sequence[float], confidence: float) -> dict[str, Any]:
    """Return Kelly's fraction of R where every trade has one, as a fraction of what is risked; else of money."""
    is_rated = bool(multiples) and len(multiples) == len(trades)
    estimate = kelly_estimate(multiples if is_rated else [trade.realised for trade in trades], confidence)
    return {"of": "r" if is_rated else "money", "confidence": confidence, **estimate._asdict()}


def _spread(values: Iterable[float]) -> dict[str, float]:
    known = [value for value in values if isfinite(value)]
    if not known:
        return dict.fromkeys(("mean", "median", "max"), nan)
    return {"mean": fmean(known), "median": median(known), "max": max(known)}
