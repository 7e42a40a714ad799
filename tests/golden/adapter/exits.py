"""The cases whose answer is an exit, or a stop that moves."""

from __future__ import annotations

from math import nan

from bt_risk.maths.exposure import notional
from bt_risk.maths.heat import position_risk
from bt_risk.maths.trade_stats import trade_pnl
from bt_risk.rules.exits.exit_decision import exit_decision
from bt_risk.rules.exits.initial_stop import initial_stop as first_stop
from bt_risk.rules.exits.initial_target import initial_target
from bt_risk.rules.exits.next_stop import next_stop
from bt_risk.rules.halts.position_loss import position_loss
from bt_risk.rules.halts.position_timeout import position_timeout
from bt_risk.rules.profile import MODERATE
from tests.golden.adapter.words import PLENTY, quietly

LONGEST_AGE = 3600.0  # of the document, in seconds


def check_stop(*, price, stop, take_profit, hours_held, max_hold_hours, side="long"):
    decision = exit_decision(
        price,
        stop=stop,
        target=take_profit,
        is_long=side == "long",
        hours=hours_held,
        profile=MODERATE.replace(max_hold=max_hold_hours),
    )
    return {"stop": "stop_loss", "target": "take_profit", "time": "time_stop"}.get(decision.reason)


def evaluate_exit(*, entry_price, current_price, hours_held, signal_says_sell, **table):
    names = {
        "min_hold_hours": "min_hold",
        "max_hold_hours": "max_hold",
        "stop_loss_pct": "fixed_stop",
        "take_profit_pct": "target_fraction",
    }
    profile = quietly("intraday_moderate").replace(
        min_reward_to_risk=None, **{names[name]: value for name, value in table.items()}
    )
    stop = first_stop(entry_price, nan, is_long=True, profile=profile)
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


def trailing_sequence(*, entry, initial_stop, prices, activation_pct, trailing_pct, side="long"):
    """The document calls a bar without a tighter stop none; the stop is the one that stands after the bar."""
    profile = quietly("intraday_moderate").replace(
        trail_activation_gain=activation_pct, trail_fraction=trailing_pct
    )
    is_long = side == "long"
    risk = position_risk(1, entry, initial_stop, is_long=is_long)
    stop, updates, stops = initial_stop, [], []
    for price in prices:
        move = next_stop(stop, entry, price, risk=risk, atr=nan, is_long=is_long, profile=profile)
        stop = stop if move is None else move.stop
        updates.append(None if move is None else move.stop)
        stops.append(stop)
    return {"updates": updates, "stops": stops}


def monitor_position(*, side, size, entry, current, age_s):
    """The document measures the loss by the cost of the position alone: the equity is out of reach."""
    pnl = trade_pnl(size, entry, current, is_long=side == "long")
    cost = notional(size, entry)
    notices = (
        position_timeout(age_s, LONGEST_AGE),
        position_loss(pnl, cost=cost, equity=PLENTY, profile=quietly("enterprise")),
    )
    return {"unrealized_pnl": pnl, "alerts": [notice.kind for notice in notices if notice]}


CALLS = {
    "check_stop": check_stop,
    "evaluate_exit": evaluate_exit,
    "monitor_position": monitor_position,
    "trailing_sequence": trailing_sequence,
}
