"""The domain of every field of a profile, a row each. Gives: `DOMAINS`, and the words that choices are made of."""

from __future__ import annotations

from bt_risk.rules.profile.kinds import (
    Domain,
    choice,
    choices,
    flag,
    fraction,
    instrument,
    number,
    open_fraction,
    optional,
    pair,
    pairs,
    table,
    text,
    time_of_day,
    whole,
)

SIZING_METHODS = (
    "risk_per_trade",
    "kelly",
    "fixed_fraction",
    "inverse_volatility",
    "atr_risk",
    "confidence",
    "dynamic",
    "regime",
    "cash_fraction",
)
ALLOCATIONS = ("target_heat", "risk_per_trade", "equal_heat", "conviction")
OVERSIZED = ("resize", "reject")
REDUCTIONS = ("highest_risk", "lowest_risk", "trim")
HEAT_BASES = ("entry", "mark")
STOPS = ("atr", "fixed", "none")
STOP_ANCHORS = ("fill", "decision")
TRAILS = ("chandelier", "fixed", "none")
TARGETS = ("none", "fixed", "atr", "r", "farther")
TARGETS_WITH_TRAIL = ("keep", "cancel")

_SHARE = fraction()
_SHARE_OR_ZERO = fraction(least="[0")
# A stop or a target takes a part of the price, never all of it.
_OF_PRICE = fraction(high=0.99)
# Notional / equity exceeds 1 with borrowed money; ten times is beyond any account this is written for.
_OF_EQUITY = optional(fraction(high=10.0))
_MULTIPLIER = number("", "0.5", zero=True)
_BETA = number("", "0.7", zero=True)
_R = number("R", "2.0")
_ATR = number("ATR", "2.5")
_DEVIATIONS = number("standard deviations", "3.0")
_TIME = time_of_day("09:30")

DOMAINS: dict[str, Domain] = {
    "name": text("moderate"),
    "sizing": choices(*SIZING_METHODS),
    "allocation": choice(*ALLOCATIONS),
    "risk_per_trade": optional(_SHARE),
    "risk_money": optional(number("account currency", "200")),
    "risk_per_trade_max": optional(_SHARE),
    "kelly_fraction": _SHARE,
    "kelly_min_trades": whole("20"),
    "kelly_min_win_rate": optional(_SHARE),
    "kelly_floor": _SHARE_OR_ZERO,
    "kelly_min": optional(_SHARE),
    "kelly_max": optional(_SHARE),
    "kelly_prior": optional(
        pair("win rate", open_fraction(0.0, "0.5"), "win/loss ratio", number("", "2.0"), "(0.5, 2.0)")
    ),
    "kelly_shrinkage": optional(open_fraction(0.5, "0.95")),
    "fixed_fraction": _SHARE,
    "volatility_target": _SHARE,
    "volatility_base": _SHARE,
    "dynamic_base": _SHARE,
    "cash_fraction": _SHARE,
    "confidence_low": _SHARE_OR_ZERO,
    "confidence_high": _SHARE,
    "confidence_floor": _SHARE_OR_ZERO,
    "conviction_high": _MULTIPLIER,
    "conviction_medium": _MULTIPLIER,
    "conviction_low": _MULTIPLIER,
    "regime_mismatch": _SHARE_OR_ZERO,
    "volatility_tiers": pairs(
        pair("volatility", fraction(high=10.0), "multiplier", _SHARE_OR_ZERO, "(0.30, 0.5)"),
        "((0.30, 0.5), (0.20, 0.75))",
    ),
    "is_concurrent_adjusted": flag(),
    "lot": number("units", "1, or 0 for fractional units", zero=True),
    "min_position": optional(_SHARE),
    "max_heat": optional(_SHARE),
    "target_heat": optional(pair("low", _SHARE_OR_ZERO, "high", _SHARE, "(0.06, 0.08)")),
    "heat_basis": choice(*HEAT_BASES),
    "heat_warning": _SHARE,
    "heat_critical": _SHARE,
    "heat_hysteresis": _SHARE_OR_ZERO,
    "reduction": choice(*REDUCTIONS),
    "heat_reserve": _SHARE_OR_ZERO,
    "max_stressed_heat": optional(_SHARE),
    "stress_atr": number("ATR", "1.0"),
    "max_correlated_heat": optional(_SHARE),
    "heat_correlation": _SHARE_OR_ZERO,
    "max_positions": optional(whole("3")),
    "max_adds": whole("2", least=0),
    "max_position": _OF_EQUITY,
    "single_position_gate": _OF_EQUITY,
    "max_exposure": _OF_EQUITY,
    "max_leverage": optional(number("", "1 for no borrowing")),
    "max_sector_exposure": _OF_EQUITY,
    "max_correlated_exposure": _OF_EQUITY,
    "correlation_beta": _BETA,
    "groups": table(
        "instrument",
        text("AAPL"),
        "group",
        text("technology"),
        "{'AAPL': 'technology', 'XOM': 'energy'}",
    ),
    "limit_other": flag(),
    "anchor": optional(instrument("SPY")),
    "betas": table("instrument", text("AAPL"), "share", _BETA, "{'AAPL': 1.2, 'GLD': 0.0}"),
    "max_correlation": optional(_SHARE),
    "max_participation": optional(_SHARE),
    "min_liquidity": optional(number("account currency a bar", "10000")),
    "min_reward_to_risk": optional(_R),
    "entry_gap_buffer": optional(_SHARE_OR_ZERO, "one_atr"),
    "entry_windows": pairs(pair("from", _TIME, "to", _TIME, '("09:30", "11:00")'), '(("09:30", "11:00"),)'),
    "max_trades_per_day": optional(whole("5")),
    "oversized": choice(*OVERSIZED),
    "dry_run": flag(),
    "stop": choice(*STOPS),
    "atr_period": whole("14"),
    "atr_stop": _ATR,
    "fixed_stop": _OF_PRICE,
    "stop_anchor": choice(*STOP_ANCHORS),
    "entry_bar_stop": flag(),
    "place_stops": flag(),
    "trail": choice(*TRAILS),
    "trail_atr": _ATR,
    "trail_activation": number("R", "1.0", zero=True),
    "trail_fraction": _OF_PRICE,
    "trail_activation_gain": _SHARE_OR_ZERO,
    "break_even": optional(_R),
    "target": choice(*TARGETS),
    "target_fraction": _OF_PRICE,
    "target_atr": _ATR,
    "target_r": _R,
    "target_with_trail": choice(*TARGETS_WITH_TRAIL),
    "ladder": pairs(pair("multiple", _R, "share", _SHARE, "(1.0, 0.5)"), "((1.0, 0.5), (2.0, 0.25))"),
    "min_hold": optional(number("hours", "2")),
    "max_hold": optional(number("hours", "48")),
    "max_hold_bars": optional(whole("20")),
    "end_of_day": optional(time_of_day("15:55", "last_bar")),
    "daily_loss": optional(_SHARE),
    "emergency_daily_loss": optional(_SHARE),
    "daily_halt_sessions": whole("1", least=0),
    "drawdown_halt": optional(_SHARE),
    "drawdown_reduce": optional(_SHARE),
    "drawdown_emergency": optional(_SHARE),
    "drawdown_cooldown": whole("20"),
    "max_releases": whole("1", least=0),
    "max_strategy_drawdown": optional(_SHARE),
    "min_expectancy": optional(number("mean losses", "0.1", zero=True)),
    "min_expectancy_trades": whole("20"),
    "position_loss": optional(_SHARE),
    "position_loss_of_cost": optional(_SHARE),
    "position_timeout": optional(number("seconds", "3600")),
    "volatility_spike": optional(_DEVIATIONS),
    "correlation_spike": optional(_SHARE),
    "price_spike": optional(_DEVIATIONS),
    "breaker_loss": optional(_SHARE),
    "breaker_profit": optional(_SHARE),
    "breaker_cooldown": optional(number("seconds", "300"), "next_session"),
    "half_open_size": _SHARE,
    "emergency_positions": optional(whole("20")),
    "alert_drawdown": optional(_SHARE, "from_limit"),
    "alert_positions": optional(whole("15"), "from_limit"),
    "alert_daily_loss": optional(_SHARE, "from_limit"),
    "alert_correlation": optional(_SHARE, "from_limit"),
}
