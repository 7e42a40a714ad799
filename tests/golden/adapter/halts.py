"""The cases whose answer is a tier, a halt, an alert, or what is cut."""

from __future__ import annotations

import datetime as dt

from bt_risk.maths.heat import heat_utilisation, portfolio_heat
from bt_risk.maths.multipliers import scaled
from bt_risk.maths.notional import fixed_fractional
from bt_risk.rules.alerts import risk_alerts
from bt_risk.rules.breaker import Breaker, BreakerObservation, BreakerState, size_multiplier, step_breaker
from bt_risk.rules.emergency import emergency_conditions
from bt_risk.rules.halts.daily_loss import DailyLoss, step_daily_loss
from bt_risk.rules.halts.drawdown_ladder import DrawdownLadder, step_drawdown
from bt_risk.rules.halts.risk_level import risk_level
from bt_risk.rules.halts.strategy_drawdown import StrategyDrawdown, step_strategy_drawdown
from bt_risk.rules.profile import MODERATE
from bt_risk.rules.reading import RiskReading
from bt_risk.rules.reduction import plan_protocol, plan_reduction
from bt_risk.rules.tiers import tier_actions, tier_for
from tests.golden.adapter.words import equity_after, quietly, rest, total
from tests.rules.halts.days import bar, play

START = dt.datetime(2024, 1, 2)
NORMAL_SIZE = 100.0


def breaker_sequence(*, steps, mode="recommended"):
    assert mode == "recommended"
    breaker, states, sizes, profile = Breaker(), [], [], quietly("enterprise")
    for seconds, pnl in steps:
        seen = BreakerObservation(START.date(), START + dt.timedelta(seconds=seconds), pnl)
        breaker, _ = step_breaker(breaker, seen, profile)
        states.append(breaker.state.name.lower())
        sizes.append(scaled(NORMAL_SIZE, size_multiplier(breaker, profile)))
    return {"states": states, "sizes": sizes}


def breaker_size(*, state, normal_size):
    breaker = Breaker(BreakerState[state.upper()])
    return scaled(normal_size, size_multiplier(breaker, quietly("enterprise")))


def daily_loss_halt(*, day_start_value, day_pnl, limit=0.05):
    equity = equity_after(day_start_value, day_pnl)
    profile = MODERATE.replace(daily_loss=limit)
    states, _ = play(step_daily_loss, DailyLoss(), [bar(0, day_start_value), bar(1, equity)], profile)
    state = states[-1]
    return {
        "limit_usd": fixed_fractional(state.base, profile.daily_loss),
        "loss_pct": state.loss(equity),
        "halt": state.is_halted,
    }


def strategy_halt(*, capital, drawdown, limit):
    """Return whether a strategy that lost that share of its capital is halted."""
    lost = -fixed_fractional(capital, drawdown)
    seen = bar(0, equity_after(capital, lost))._replace(strategy_pnl=lost, strategy_capital=capital)
    state, _ = step_strategy_drawdown(StrategyDrawdown(), seen, MODERATE.replace(max_strategy_drawdown=limit))
    return state.is_halted


def limit_hit(*, value, limit, inclusive=True):
    """The document's limit is the drawdown's: its halt acts at the limit, its emergency only above it."""
    rung = "drawdown_halt" if inclusive else "drawdown_emergency"
    rungs = dict.fromkeys(("drawdown_halt", "drawdown_reduce", "drawdown_emergency"))
    profile = MODERATE.replace(**{**rungs, rung: limit})
    fallen = [bar(0, 1.0), bar(1, equity_after(1.0, -value))]
    states, _ = play(step_drawdown, DrawdownLadder(), fallen, profile)
    return states[-1].is_halted


def emergencies(*, drawdown, position_count, daily_loss_pct):
    found = emergency_conditions(drawdown, daily_loss_pct, position_count, quietly("enterprise"))
    return {"emergency": bool(found), "triggers": [condition.name for condition in found]}


def alerts(*, drawdown, position_count, daily_loss_pct):
    reading = RiskReading(drawdown=drawdown, positions=position_count, daily_loss=daily_loss_pct)
    return {"alerts": [[alert.level, alert.kind] for alert in risk_alerts(reading, quietly("enterprise"))]}


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
        "residual_risk": total(left),
        "residual_heat": portfolio_heat(left, account_value),
    }


def emergency_reduce(*, sizes, factor=0.5):
    """The document's factor is what is kept, the protocol's share what is cut."""
    risks = [(number, 1.0) for number, _ in enumerate(sizes)]
    cuts = plan_protocol("reduce_positions", risks, share=rest(1.0, factor))
    return [rest(sizes[cut.key], fixed_fractional(sizes[cut.key], cut.share)) for cut in cuts]


CALLS = {
    "breaker_sequence": breaker_sequence,
    "breaker_size": breaker_size,
    "daily_loss_halt": daily_loss_halt,
    "emergency_conditions": emergencies,
    "emergency_reduce": emergency_reduce,
    "heat_actions": heat_actions,
    "heat_level": heat_level,
    "limit_hit": limit_hit,
    "reduce_heat_plan": reduce_heat_plan,
    "risk_alerts": alerts,
    "risk_level": lambda *, dd: risk_level(dd).name.lower(),
}
