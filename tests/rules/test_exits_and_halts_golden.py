"""The worked examples whose answer is an exit, a halt or a cut: arguments renamed, answers in the documents' words.

They run through the rules as a desk would use them, with the presets that carry the documents' numbers.
"""

from __future__ import annotations

import datetime as dt
import json
import warnings
from math import nan
from pathlib import Path

import pytest

from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.maths.position_size import reduced_size
from bt_risk.maths.trade_stats import trade_pnl
from bt_risk.rules.alerts import risk_alerts
from bt_risk.rules.breaker import Breaker, BreakerObservation, BreakerState, size_multiplier, step_breaker
from bt_risk.rules.emergency import emergency_conditions
from bt_risk.rules.exits.exit_decision import exit_decision
from bt_risk.rules.exits.initial_stop import initial_stop
from bt_risk.rules.exits.initial_target import initial_target
from bt_risk.rules.exits.next_stop import next_stop
from bt_risk.rules.halts.daily_loss import DailyLoss, step_daily_loss
from bt_risk.rules.halts.drawdown_ladder import DrawdownLadder, step_drawdown
from bt_risk.rules.halts.position_loss import position_loss
from bt_risk.rules.halts.position_timeout import position_timeout
from bt_risk.rules.halts.risk_level import risk_level
from bt_risk.rules.profile import MODERATE, load_profile
from bt_risk.rules.profile.doubts import ProfileWarning
from bt_risk.rules.reading import RiskReading
from bt_risk.rules.reduction import plan_protocol, plan_reduction
from bt_risk.rules.tiers import tier_actions, tier_for
from tests.golden.test_golden_cases import mismatches
from tests.rules.halts.days import bar, play

CASES = json.loads((Path(__file__).parents[1] / "golden/golden_cases.json").read_text("utf-8"))["cases"]
START = dt.datetime(2024, 1, 2)


def preset(name, **changes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)  # the presets keep their documents' doubtful numbers
        return load_profile(name).replace(**changes)


INTRADAY = preset("intraday_moderate")
ENTERPRISE = preset("enterprise")


def check_stop(*, price, stop, take_profit, hours_held, max_hold_hours):
    profile = MODERATE.replace(max_hold=max_hold_hours)
    decision = exit_decision(
        price, stop=stop, target=take_profit, is_long=True, hours=hours_held, profile=profile
    )
    names = {"stop": "stop_loss", "target": "take_profit", "time": "time_stop"}
    return names.get(decision.reason)


def evaluate_exit(*, entry_price, current_price, hours_held, signal_says_sell, **table):
    names = {
        "min_hold_hours": "min_hold",
        "max_hold_hours": "max_hold",
        "stop_loss_pct": "fixed_stop",
        "take_profit_pct": "target_fraction",
    }
    profile = INTRADAY.replace(
        min_reward_to_risk=None, **{names[name]: value for name, value in table.items()}
    )
    stop = initial_stop(entry_price, nan, is_long=True, profile=profile)
    decision = exit_decision(
        current_price,
        stop=stop,
        target=initial_target(entry_price, stop, nan, is_long=True, profile=profile),
        is_long=True,
        hours=hours_held,
        has_signal=signal_says_sell,
        profile=profile,
    )
    words = {"stop": "stop_loss", "target": "take_profit", "time": "time_limit"}
    return {"can_exit": decision.is_exit, "reason": words.get(decision.reason, str(decision.reason))}


def trailing_sequence(*, entry, initial_stop, prices, activation_pct, trailing_pct):
    profile = INTRADAY.replace(trail_activation_gain=activation_pct, trail_fraction=trailing_pct)
    stops, updates = [initial_stop], []
    for price in prices:
        move = next_stop(
            stops[-1], entry, price, risk=entry - initial_stop, atr=nan, is_long=True, profile=profile
        )
        updates.append(None if move is None else move.stop)
        stops.append(stops[-1] if move is None else move.stop)
    return {"updates": updates, "stops": stops[1:]}


def breaker_sequence(*, steps, mode="recommended"):
    assert mode == "recommended"
    breaker, states, sizes = Breaker(), [], []
    for seconds, pnl in steps:
        seen = BreakerObservation(START.date(), START + dt.timedelta(seconds=seconds), pnl)
        breaker, _ = step_breaker(breaker, seen, ENTERPRISE)
        states.append(breaker.state.name.lower())
        sizes.append(100 * size_multiplier(breaker, ENTERPRISE))
    return {"states": states, "sizes": sizes}


def breaker_size(*, state, normal_size):
    return normal_size * size_multiplier(Breaker(BreakerState[state.upper()]), ENTERPRISE)


def daily_loss_halt(*, day_start_value, day_pnl, limit=0.05):
    equity = day_start_value + day_pnl
    profile = MODERATE.replace(daily_loss=limit)
    states, _ = play(step_daily_loss, DailyLoss(), [bar(0, day_start_value), bar(1, equity)], profile)
    state = states[-1]
    return {"limit_usd": limit * state.base, "loss_pct": state.loss(equity), "halt": state.is_halted}


def limit_hit(*, value, limit, inclusive):
    assert inclusive
    profile = MODERATE.replace(drawdown_halt=limit)
    states, _ = play(step_drawdown, DrawdownLadder(), [bar(0, 100), bar(1, 100 * (1 - value))], profile)
    return states[-1].is_halted


def emergencies(*, drawdown, position_count, daily_loss_pct):
    found = emergency_conditions(drawdown, daily_loss_pct, position_count, ENTERPRISE)
    return {"emergency": bool(found), "triggers": [condition.name for condition in found]}


def alerts(*, drawdown, position_count, daily_loss_pct):
    reading = RiskReading(drawdown=drawdown, positions=position_count, daily_loss=daily_loss_pct)
    return {"alerts": [[alert.level, alert.kind] for alert in risk_alerts(reading, ENTERPRISE)]}


def monitor_position(*, side, size, entry, current, age_s):
    pnl = trade_pnl(size, entry, current, is_long=side == "long")
    loss = position_loss(pnl, cost=size * entry, equity=1e6, profile=ENTERPRISE)
    notices = (position_timeout(age_s, 3600.0), loss)
    return {"unrealized_pnl": pnl, "alerts": [notice.kind for notice in notices if notice]}


def heat_level(*, heat, max_heat):
    return tier_for(heat_utilisation(heat, max_heat), MODERATE).name


def heat_actions(*, heat, max_heat):
    actions = tier_actions(tier_for(heat_utilisation(heat, max_heat), MODERATE))
    return {
        "level": heat_level(heat=heat, max_heat=max_heat),
        "warn": actions.warns,
        "entries_allowed": actions.allows_entries,
        "force_reduce": actions.reduces,
    }


def reduce_heat_plan(*, risks, account_value, max_heat, policy):
    cuts = plan_reduction(
        list(risks.items()), untouchable=0.0, equity=account_value, max_heat=max_heat, policy=policy
    )
    closed = [cut.key for cut in cuts]
    left = [risk for name, risk in risks.items() if name not in closed]
    return {
        "closed": closed,
        "residual_risk": sum(left),
        "residual_heat": portfolio_heat(left, account_value),
    }


def emergency_reduce(*, sizes, factor=0.5):
    cuts = plan_protocol("reduce_positions", [(i, 1.0) for i in range(len(sizes))], share=1 - factor)
    return [reduced_size(sizes[cut.key], 1 - cut.share, lot=0) for cut in cuts]


CALLS = {
    "breaker_sequence": breaker_sequence,
    "breaker_size": breaker_size,
    "check_stop": check_stop,
    "daily_loss_halt": daily_loss_halt,
    "emergency_conditions": emergencies,
    "emergency_reduce": emergency_reduce,
    "evaluate_exit": evaluate_exit,
    "heat_actions": heat_actions,
    "heat_level": heat_level,
    "limit_hit": limit_hit,
    "monitor_position": monitor_position,
    "reduce_heat_plan": reduce_heat_plan,
    "risk_alerts": alerts,
    "risk_level": lambda *, dd: risk_level(dd).name.lower(),
    "trailing_sequence": trailing_sequence,
}
DECIDED = [case for case in CASES if case["function"] in CALLS]


@pytest.mark.parametrize("case", DECIDED, ids=lambda case: case["id"])
def test_the_rule_agrees_with_the_worked_example(case):
    found, expected = CALLS[case["function"]](**case["inputs"]), case["expected"]
    assert not mismatches({"value": found} if "value" in expected else found, expected, case["tolerance"])


def test_there_are_examples_for_each_function():
    assert {case["function"] for case in DECIDED} == CALLS.keys()
    assert len(DECIDED) == 76
