"""What switches off exactly one rule of the running product. Gives: `SWITCHES`, the table of the drill.

A name is the rule's module below ``bt_risk/rules``, and where the module has several rules, the rule. What belongs to
the orders of a run has a name of its own. Nothing is changed on disk: a switch replaces one function, or takes one
member out of a visible tuple, until it is undone.
"""

from __future__ import annotations

from math import nan

from bt_risk import desk
from bt_risk.broker.broker_view import BrokerView
from bt_risk.calls import deferrals, entries
from bt_risk.calls.deferrals import Deferrals
from bt_risk.calls.intake import Intake
from bt_risk.calls.own_protection import OwnProtection
from bt_risk.calls.reversals import Reversals
from bt_risk.market import instruments
from bt_risk.market.silence import Silence
from bt_risk.maths.limits import at_least
from bt_risk.oversight import account as oversight_account
from bt_risk.oversight import figures, measures
from bt_risk.oversight.account import Account
from bt_risk.oversight.account_watch import AccountWatch
from bt_risk.oversight.controls import Controls
from bt_risk.oversight.measures import Measures
from bt_risk.positions import adding, holding, legs, plan, position_exits, upkeep
from bt_risk.positions.legs import Legs
from bt_risk.positions.tally import TradeTally
from bt_risk.positions.upkeep import Upkeep
from bt_risk.rules import alerts, breaker, caps, checks, methods, sizing, tiers
from bt_risk.rules.breaker import BreakerState
from bt_risk.rules.exits import next_stop
from bt_risk.rules.halts import account, drawdown_ladder, strategy_drawdown
from bt_risk.rules.methods import budget, kelly
from bt_risk.rules.tiers import Tier
from tests.drill.off import (
    Switch,
    by_default,
    cap,
    gate,
    gives,
    instead,
    late_stops,
    method,
    never_from,
    no_alert,
    no_exit,
    no_order,
    no_protocol,
    no_tier,
    no_trips,
    scale,
    set_back,
    size_gate,
    without,
)

SWITCHES: dict[str, Switch] = {
    # gates
    "checks/fresh_bar": gate(checks.fresh_bar),
    "checks/known_rate": gate(checks.known_rate),
    "checks/halt": gate(checks.halt),
    "checks/breaker": gate(checks.breaker),
    "checks/heat_tier": gate(checks.heat_tier),
    "checks/entry_windows": gate(checks.entry_windows),
    "checks/end_of_day": gate(checks.end_of_day),
    "checks/max_trades_per_day": gate(checks.max_trades_per_day),
    "checks/one_position": gate(checks.one_position),
    "checks/max_positions": gate(checks.max_positions),
    "checks/valid_size": gate(checks.valid_size),
    "checks/valid_stop": gate(checks.valid_stop),
    "checks/valid_target": gate(checks.valid_target),
    "checks/min_reward_to_risk": gate(checks.min_reward_to_risk),
    "checks/min_liquidity": gate(checks.min_liquidity),
    "checks/volatility_spike": gate(checks.volatility_spike),
    "checks/max_correlation": gate(checks.max_correlation),
    "checks/min_expectancy": gate(checks.min_expectancy),
    "checks/min_position": size_gate(checks.min_position),
    "checks/single_position_gate": size_gate(checks.single_position_gate),
    "checks/dry_run": size_gate(checks.dry_run),
    # what proposes a size
    "methods/risk_per_trade": method(methods.risk_per_trade),
    "methods/fixed_fraction": method(methods.fixed_fraction),
    "methods/cash_fraction": method(methods.cash_fraction),
    "methods/atr_risk": method(methods.atr_risk),
    "methods/inverse_volatility": method(methods.inverse_volatility),
    "methods/confidence": method(methods.confidence),
    "methods/dynamic": method(methods.dynamic),
    "methods/regime": method(methods.regime),
    "methods/kelly": method(methods.kelly),
    "methods/kelly floor": method(methods.kelly, kelly_floor=0.0),
    "methods/kelly min_win_rate": without(kelly, "_share", kelly_min_win_rate=None),
    "methods/kelly min": without(kelly, "_share", kelly_min=None),
    "methods/kelly max": without(kelly, "_share", kelly_max=None),
    "methods/kelly closed trades": instead(TradeTally, take=gives(None)),
    "methods/kelly shrinkage": without(kelly, "_share", kelly_shrinkage=None),
    "methods/budget equal_heat": without(budget, "_allocated", allocation="risk_per_trade"),
    "methods/budget conviction": without(budget, "_allocated", allocation="risk_per_trade"),
    "methods/budget volatility_tiers": instead(budget, volatility_tier=gives(1.0)),
    "methods/budget risk_money": without(budget, "_allocated", risk_money=None),
    "methods/budget room in the band": instead(budget, room_in_band=gives(None)),
    # caps and scales
    "caps/target_heat": cap(caps.target_heat),
    "caps/heat_reserve": cap(caps.heat_reserve),
    "caps/max_heat": cap(caps.max_heat),
    "caps/max_stressed_heat": cap(caps.max_stressed_heat),
    "caps/max_correlated_heat": cap(caps.max_correlated_heat),
    "caps/risk_per_trade_max": cap(caps.risk_per_trade_max),
    "caps/max_position": cap(caps.max_position),
    "caps/max_exposure": cap(caps.max_exposure),
    "caps/max_leverage": cap(caps.max_leverage),
    "caps/max_sector_exposure": cap(caps.max_sector_exposure),
    "caps/max_correlated_exposure": cap(caps.max_correlated_exposure),
    "caps/max_participation": cap(caps.max_participation),
    "caps/cash": cap(caps.cash),
    "caps/concurrent": scale(caps.concurrent),
    "caps/half_open": scale(caps.half_open),
    "oversized": instead(sizing, refusing_cap=gives(None)),
    # where the stop and the target are, and how they move
    "exits/initial_stop": instead(entries, initial_stop=gives(None)),
    "exits/initial_target": instead(entries, initial_target=gives(None)),
    "exits/next_stop": instead(holding, next_stop=gives(None)),
    "exits/next_stop ratchet": instead(next_stop, ratchet=lambda stop, level, **side: level),
    "exits/chandelier": instead(next_stop, chandelier=gives(nan)),
    "exits/fixed_trail": instead(next_stop, fixed_trail=gives(nan)),
    "exits/break_even": instead(next_stop, break_even=gives(nan)),
    "exits/ladder": instead(legs, ladder_legs=gives(())),
    "exits/add_stop": instead(entries, add_stop=lambda held, alone, **side: alone),
    "exits/add_stop on its way": instead(adding, add_stop=lambda held, alone, **side: alone),
    "stop of adopted": instead(upkeep, initial_stop=gives(None)),
    "own stop ratchet": instead(holding, ratchet=lambda stop, level, **side: level),
    "exits/anchored_stop": instead(plan, anchored_stop=lambda entry, decided, **rest: decided),
    "target goes with trail": instead(Legs, drop_targets_of_entries=gives(None)),
    # what sends an exit
    "stop": no_order("stop"),
    "target": no_order("target"),
    "stop on the entry bar": late_stops(),
    "rest of a stop": no_exit("stop"),
    "fill beyond stop": no_exit("fill_beyond_stop"),
    "exits/time_limit max_hold": without(position_exits, "is_held_too_long", max_hold=None),
    "exits/time_limit max_hold_bars": without(position_exits, "is_held_too_long", max_hold_bars=None),
    "exits/time_limit min_hold": instead(deferrals, signal_wait=gives(0.0)),
    "exits/time_limit min_hold is over": instead(Deferrals, carry_out=gives(None)),
    "exits/end_of_day": instead(position_exits, is_end_of_day=gives(False)),
    "exits/end_of_day last_bar": instead(position_exits, is_session_over=gives(False)),
    "halts/position_timeout": instead(position_exits, position_timeout=gives(None)),
    "halts/position_loss": without(position_exits, "position_loss", position_loss=None),
    "halts/position_loss of cost": without(position_exits, "position_loss", position_loss_of_cost=None),
    # heat
    "tiers warning": no_tier(Tier.WARNING),
    "tiers critical": no_tier(Tier.CRITICAL),
    "tiers emergency": instead(measures, cut_heat=gives(None)),
    "tiers hysteresis": instead(desk, step_tier=lambda current, *args: tiers.tier_for(*args)),
    "withdrawal of entries": instead(Measures, withdraw_entries=gives(None)),
    # halts of the account
    "halts/account": instead(oversight_account, step_account=lambda state, *_: (state, ())),
    "halts/daily_loss": without(account, "step_daily_loss", daily_loss=None),
    "halts/daily_loss sessions": without(account, "step_daily_loss", daily_halt_sessions=0),
    "halts/drawdown_ladder halt": without(account, "step_drawdown", drawdown_halt=None),
    "halts/drawdown_ladder reduce": without(account, "step_drawdown", drawdown_reduce=None),
    "halts/drawdown_ladder emergency": without(account, "step_drawdown", drawdown_emergency=None),
    "halts/drawdown_ladder release": instead(drawdown_ladder, _wait=lambda state, *_: state),
    "halts/drawdown_ladder recovery": instead(drawdown_ladder, _descend=lambda state, *_: state),
    "halts/drawdown_ladder max_releases": without(account, "step_drawdown", max_releases=1_000),
    "halts/strategy_drawdown": instead(account, step_strategy_drawdown=lambda state, *_: (state, ())),
    "halts/hysteresis": instead(strategy_drawdown, is_held=lambda was_held, *args: at_least(*args)),
    "halts/volatility_spike": instead(figures, volatility_spike=gives(None)),
    "halts/price_spike": instead(figures, price_spike=gives(None)),
    "halts/correlation_spike": instead(account, step_correlation_spike=lambda state, *_: (state, ())),
    "halts/data_quality": instead(instruments, bar_faults=gives(())),
    # the breaker
    "breaker loss": without(account, "step_breaker", breaker_loss=None),
    "breaker profit": without(account, "step_breaker", breaker_profit=None),
    "breaker spike": no_trips(),
    "breaker half open": never_from(BreakerState.OPEN),
    "breaker closed": never_from(BreakerState.HALF_OPEN),
    "breaker cooldown": instead(breaker, _has_elapsed=gives(True)),
    "breaker cooldown in seconds": without(account, "step_breaker", breaker_cooldown=None),
    # the emergency stop
    "emergency drawdown": without(account, "step_emergency", drawdown_emergency=None),
    "emergency positions": without(account, "step_emergency", emergency_positions=None),
    "emergency daily_loss": without(account, "step_emergency", emergency_daily_loss=None),
    # alerts
    "alerts drawdown": no_alert("drawdown"),
    "alerts daily_loss": no_alert("daily_loss"),
    "alerts position_count": no_alert("position_count"),
    "alerts correlation": no_alert("correlation"),
    "alerts at a share of the limit": instead(alerts, ALERT_SHARE=1.0),
    # an operator
    "operator set_limits": instead(Controls, set_limits=gives(None)),
    "operator close_all": no_protocol("close_all"),
    "operator close_positions": no_protocol("close_positions"),
    "operator reduce_positions": no_protocol("reduce_positions"),
    "operator redistribute_positions": no_protocol("redistribute_positions"),
    "operator trip": instead(Account, trip=gives(())),
    "operator reset": instead(Account, reset=gives(None)),
    # prices that are missing, and orders of the strategy's own
    "value of the account": instead(BrokerView, is_equity_known=gives(True)),
    "value of the account is told": instead(AccountWatch, _tell_of_equity=gives(None)),
    "silence": instead(Silence, follow=gives(None)),
    "own stop": instead(OwnProtection, _own_stop=gives(None)),
    "own stop ends": instead(Upkeep, _end_own_stop=gives(None)),
    "own target": instead(OwnProtection, _own_target=gives(None)),
    "reversal": instead(Reversals, decide=gives(None)),
    "reversal dropped": instead(Reversals, drop=gives(None)),
    "reversal dropped by a halt": instead(Reversals, drop_all=gives(None)),
    "exits of the desk's own": instead(Intake, cancel=gives(False)),
    # fields of the profile that the other scenarios leave at their default
    "profile kelly_fraction": by_default("kelly_fraction"),
    "profile volatility_base": by_default("volatility_base"),
    "profile confidence_floor": by_default("confidence_floor"),
    "profile conviction_high": by_default("conviction_high"),
    "profile conviction_medium": by_default("conviction_medium"),
    "profile conviction_low": by_default("conviction_low"),
    "profile regime_mismatch": by_default("regime_mismatch"),
    "profile lot": by_default("lot"),
    "profile max_heat": by_default("max_heat"),
    "profile heat_warning": by_default("heat_warning"),
    "profile heat_critical": by_default("heat_critical"),
    "profile heat_hysteresis": by_default("heat_hysteresis"),
    "profile heat_basis": by_default("heat_basis"),
    "profile reduction": by_default("reduction"),
    "profile correlation_beta": by_default("correlation_beta"),
    "profile limit_other": by_default("limit_other"),
    "profile stop": set_back("stop", "fixed"),
    "profile atr_stop": by_default("atr_stop"),
    "profile stop_anchor": by_default("stop_anchor"),
    "profile entry_bar_stop": by_default("entry_bar_stop"),
    "profile place_stops": by_default("place_stops"),
    "profile trail_activation": by_default("trail_activation"),
    "profile trail_activation_gain": by_default("trail_activation_gain"),
    "profile target_fraction": by_default("target_fraction"),
    "profile target_r": by_default("target_r"),
    "profile target_atr": by_default("target_atr"),
    "profile daily_halt_sessions": by_default("daily_halt_sessions"),
    "profile max_releases": by_default("max_releases"),
    "profile entry_gap_buffer": by_default("entry_gap_buffer"),
}
