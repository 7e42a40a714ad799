"""The cases whose answer is a formula of `bt_risk.maths`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from bt_risk.maths import (
    exposure,
    kelly,
    multipliers,
    notional,
    r_multiples,
    returns,
    spikes,
    targets,
    trade_stats,
)
from bt_risk.maths.bounds import clamp, smallest
from bt_risk.maths.correlation import diversification_ratio
from bt_risk.maths.drawdown import drawdown, loss_fraction, max_drawdown
from bt_risk.maths.heat import (
    absolute_risk,
    equal_heat,
    excess_risk,
    heat_adjusted_size,
    loss_with_gap,
    portfolio_heat,
    position_risk,
)
from bt_risk.maths.leverage import leveraged_pnl, loss_at_stop, margin_for_notional
from bt_risk.maths.position_size import atr_units, units_for_notional, units_for_risk
from bt_risk.maths.stops import (
    atr_series,
    atr_stop,
    fixed_stop,
    gap_fill_price,
    simple_atr_series,
    true_range,
)
from bt_risk.maths.value_at_risk import historical_es, historical_var, normal_var
from tests.golden.adapter.words import equity_after, ratio, total


def renamed(function: Callable[..., Any], /, defaults: Mapping[str, Any] | None = None, **names: str):
    """Call `function` with a case's arguments: `names` maps theirs to ours, `defaults` completes them."""

    def call(*args, **inputs):
        ours = {names.get(name, name): value for name, value in inputs.items()}
        if "side" in ours:
            ours["is_long"] = ours.pop("side") == "long"
        return function(*args, **{**(defaults or {}), **ours})

    return call


def risk_by_mode(*, mode="open_risk", side="long", **inputs):
    if mode == "absolute":
        return absolute_risk(**inputs)
    assert mode == "open_risk"
    return position_risk(**inputs, is_long=side == "long")


def heat_of_positions(*, positions, account_value):
    risks = [risk_by_mode(**fields(position)) for position in positions]
    notionals = [exposure.notional(position["size"], position["entry"]) for position in positions]
    return {
        "risks": risks,
        "total_risk": total(risks),
        "heat": portfolio_heat(risks, account_value),
        "notional": total(notionals),
        "notional_ratio": portfolio_heat(notionals, account_value),
    }


def fields(position):
    return {name: position[name] for name in ("size", "entry", "stop", "side")}


def shares_within_heat(*, entry, stop, normal_size, current_heat, max_heat, account_value):
    loss_per_unit = position_risk(1, entry, stop)
    return heat_adjusted_size(
        normal_size, loss_per_unit, heat=current_heat, max_heat=max_heat, equity=account_value, lot=1
    )


def conviction_heat(*, conviction, normal_heat):
    return multipliers.scaled(normal_heat, multipliers.conviction_multiplier(conviction))


def volatility_adjusted_heat(*, base_heat, volatility):
    return multipliers.scaled(base_heat, multipliers.volatility_tier(volatility))


def inverse_volatility_size(*, account_value, base_position=None, max_position_pct=0.10, **volatilities):
    if base_position is None:
        base_position = notional.fixed_fractional(account_value, 0.05)
    maximum = notional.fixed_fractional(account_value, max_position_pct)
    scaled = renamed(notional.inverse_volatility, current_volatility="volatility")
    return scaled(base_position, maximum=maximum, **volatilities)


def confidence_size(*, account_value, max_position_pct=0.10, **confidence):
    scale = renamed(multipliers.confidence_multiplier, min_confidence="low", max_confidence="high")
    maximum = notional.fixed_fractional(account_value, max_position_pct)
    return multipliers.scaled(maximum, scale(**confidence))


def kelly_fraction(*, avg_loss, **inputs):
    # literal: the sign of an average loss does not matter
    call = renamed(kelly.kelly_fraction, avg_win="average_win", min_size="minimum", max_size="maximum")
    return call(average_loss=avg_loss, is_signed_loss=avg_loss < 0, **inputs)


def fixed_bracket(*, entry, stop_pct=0.02, tp_pct=0.04, side="long"):
    return {
        "stop": fixed_stop(entry, stop_pct, is_long=side == "long"),
        "take_profit": targets.fixed_target(entry, tp_pct, is_long=side == "long"),
    }


def atr_bracket(*, entry, atr, multiplier=2.0, rr=2.0, side="long"):
    stop = atr_stop(entry, atr, multiplier, is_long=side == "long")
    return {"stop": stop, "take_profit": targets.reward_target(entry, stop, rr, is_long=side == "long")}


def farther_of_both(*, entry, stop, atr, multiplier=5.0, ratio=2.0, side="long"):
    return targets.farther_target(
        targets.atr_target(entry, atr, multiplier, is_long=side == "long"),
        targets.reward_target(entry, stop, ratio, is_long=side == "long"),
        is_long=side == "long",
    )


def btc_correlated_exposure(*, values, new_size=0.0):
    return exposure.correlated_exposure({**values, "new": new_size}, anchor="BTCUSDT")


def close_trade(*, qty, entry, exit, side="long"):
    return {
        "pnl": trade_stats.trade_pnl(qty, entry, exit, is_long=side == "long"),
        "pnl_pct": trade_stats.trade_return(qty, entry, exit, is_long=side == "long"),
        "proceeds": exposure.notional(qty, exit),
    }


def risk_based_units(*, account_value, risk_pct, entry, stop, side="long"):
    budget = notional.fixed_fractional(account_value, risk_pct)
    return units_for_risk(budget, position_risk(1, entry, stop, is_long=side == "long"))


def capped_units(*, units, entry, equity, max_position_pct=0.10):
    return smallest(units, units_for_notional(notional.fixed_fractional(equity, max_position_pct), entry))


def regime_units(*, equity, risk_pct, risk_multiplier, entry, stop):
    risk = multipliers.scaled(risk_pct, multipliers.regime_multiplier(risk_multiplier))  # literal: no maximum
    return risk_based_units(account_value=equity, risk_pct=risk, entry=entry, stop=stop)


def effective_positions(*, values):
    return {
        "effective_positions": exposure.effective_positions(values),
        "concentration_risk": exposure.concentration(values),
    }


def last_atr(*, bars, period=14, method="wilder"):
    series = {"wilder": atr_series, "sma": simple_atr_series}[method]
    return series(*zip(*bars, strict=True), period=period)[-1]


def position_limits(*, portfolio_value, min_pct=0.05, max_pct=0.10):
    return {
        "min": notional.fixed_fractional(portfolio_value, min_pct),
        "max": notional.fixed_fractional(portfolio_value, max_pct),
    }


def clamp_position(*, size, **inputs):
    limits = position_limits(**inputs)
    return clamp(size, limits["min"], limits["max"])  # literal: a size below the minimum is raised


def cap_or_skip(*, size, **inputs):
    limits = position_limits(**inputs)
    return notional.cap_or_skip(size, minimum=limits["min"], maximum=limits["max"])


def risk_based_margin(*, portfolio_value, risk_pct, stop_distance_pct, leverage=1.0):
    return margin_for_notional(notional.risk_notional(portfolio_value, risk_pct, stop_distance_pct), leverage)


def concurrent_schedule(*, base, n, portfolio_value):
    sizes = multipliers.concurrent_shares(base, n)
    return {
        "sizes": sizes,
        "total": total(sizes),
        "total_pct": portfolio_heat(sizes, portfolio_value),
        "pcts": [ratio(size, portfolio_value) for size in sizes],
    }


def batch_pnl(**inputs):
    batch = renamed(trade_stats.batch_pnl, avg_win="average_win", avg_loss="average_loss")(**inputs)
    return {**batch._asdict(), "final": batch.equity, "ret": batch.total_return}


def equity_after_close(*, equity_before_open, net_pnl):
    return equity_after(equity_before_open, net_pnl)


def portfolio_value(*, capital_base, unrealized, realized):
    return equity_after(capital_base, realized, unrealized)


CALLS = {
    "annualized_volatility": renamed(
        returns.annualised_volatility, {"periods_per_year": 252, "ddof": 0}, periods="periods_per_year"
    ),
    "atr_bracket": atr_bracket,
    "atr_series": last_atr,
    "atr_stop": renamed(atr_stop, {"multiple": 2.5, "is_long": True}, multiplier="multiple"),
    "atr_take_profit": renamed(targets.atr_target, {"multiple": 5.0, "is_long": True}, multiplier="multiple"),
    "batch_pnl": batch_pnl,
    "btc_correlated_exposure": btc_correlated_exposure,
    "cap_or_skip": cap_or_skip,
    "capped_units": capped_units,
    "clamp_position": clamp_position,
    "close_trade": close_trade,
    "compound_return": trade_stats.compound_return,
    "concurrent_adjustment": multipliers.concurrent_share,
    "concurrent_schedule": concurrent_schedule,
    "confidence_size": confidence_size,
    "conservative_size": smallest,
    "conviction_heat": conviction_heat,
    "diversification_ratio": renamed(diversification_ratio, vols="volatilities", corr="correlations"),
    "drawdown": renamed(drawdown, current="value"),
    # literal: the performance multiplier is not clamped
    "dynamic_size": renamed(
        notional.dynamic_notional,
        {"performance_bounds": (0.0, inf)},
        account_balance="equity",
        performance_multiplier="performance",
    ),
    "effective_positions": effective_positions,
    "equal_heat_per_position": equal_heat,
    "equity_after_close": equity_after_close,
    "equity_path": trade_stats.equity_path,
    "excess_risk": renamed(excess_risk, account_value="equity"),
    "expectancy": renamed(trade_stats.expectancy, avg_win="average_win", avg_loss="average_loss"),
    "expected_shortfall": historical_es,
    "final_take_profit": farther_of_both,
    "fixed_fractional": renamed(
        notional.fixed_fractional,
        {"fraction": 0.02, "maximum": 0.10},
        account_value="equity",
        pct="fraction",
        max_position_pct="maximum",
    ),
    "fixed_stop": fixed_bracket,
    "free_cash": exposure.free_cash,
    "gap_fill_price": renamed(gap_fill_price),
    "heat_adjusted_size": shares_within_heat,
    "historical_var": historical_var,
    "inverse_volatility_size": inverse_volatility_size,
    "kelly_fraction": kelly_fraction,
    "kelly_full": kelly.kelly_full,
    "leveraged_pnl": renamed(leveraged_pnl, exit="exit_price"),
    "loss_at_stop": renamed(loss_at_stop),
    "loss_with_gap": renamed(loss_with_gap, stop_distance_pct="stop_distance", gap_pct="gap"),
    "max_drawdown": renamed(max_drawdown, values="equity"),
    "parametric_var": normal_var,
    "pct_of": lambda *, value, total: ratio(value, total),
    "portfolio_heat": renamed(portfolio_heat, account_value="equity"),
    "portfolio_heat_from_positions": heat_of_positions,
    "portfolio_value": portfolio_value,
    "position_limits": position_limits,
    "position_risk": risk_by_mode,
    "projected_profit": trade_stats.projected_profit,
    "regime_units": regime_units,
    "reward_risk": renamed(r_multiples.r_multiple, target="price"),
    "risk_based_notional": risk_based_margin,
    "risk_based_units": risk_based_units,
    "rr_take_profit": renamed(targets.reward_target, {"ratio": 2.0, "is_long": True}),
    "signal_multiplier": multipliers.signal_multiplier,
    "slippage_cost": trade_stats.slippage_cost,
    "stop_distance_pct": renamed(r_multiples.price_distance, stop="level"),
    "strategy_drawdown": renamed(loss_fraction, value="base"),
    "total_exposure_bound": renamed(
        exposure.exposure_bound, max_pct="max_position", n="max_positions", concurrent="is_concurrent"
    ),
    "true_range": renamed(true_range, prev_close="previous_close"),
    "volatility_adjusted_heat": volatility_adjusted_heat,
    "volatility_multiplier": multipliers.damped_volatility,
    "volatility_units": renamed(atr_units, target_risk="budget", market_volatility="atr"),
    "zscore_spike": renamed(spikes.is_spike, std="deviation"),
}
