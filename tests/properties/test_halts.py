"""I5 for the account's halts: whatever is asked for, and wherever, no order that opens or adds is sent while halted.

The halts are followed by a model of its own, from the account's value alone (`tests.bench.halt_model`). The strategy
asks from every callback: its own bar, the opening, notices of orders, trades and risk events, and a timer.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bench.everywhere import Everywhere
from tests.bench.feed import FIRST_DAY
from tests.bench.halt_model import HaltAuditor, IntradayAuditor
from tests.bench.houses import random_house
from tests.bench.markets import random_plan, rows
from tests.bench.run import audited
from tests.properties.scale import runs

# Limits so near that every market reaches some.
LIMITS = (
    {
        "daily_loss": 0.02,
        "drawdown_halt": 0.05,
        "drawdown_reduce": 0.08,
        "drawdown_emergency": 0.2,
        "drawdown_cooldown": 3,
        "max_strategy_drawdown": 0.06,
    },
    {
        "breaker_loss": 0.015,
        "breaker_profit": 0.02,
        "drawdown_cooldown": 2,
        "position_loss_of_cost": 0.05,
        "max_hold": 240.0,
        "max_hold_bars": 9,
    },
    {
        "daily_loss": None,
        "emergency_daily_loss": 0.04,
        "emergency_positions": 2,
        "max_positions": None,
        "allocation": "risk_per_trade",
        "max_releases": 3,
    },
    {
        "volatility_spike": 2.0,
        "price_spike": 2.0,
        "max_correlation": 0.3,
        "min_liquidity": 2e10,
        "breaker_loss": 0.2,
        "position_loss": 0.01,
        "position_timeout": 4 * 86_400.0,
    },
    {"correlation_spike": 0.02, "price_spike": 3.0, "max_positions": 5, "breaker_profit": 0.3},
)
ENGINES = ({}, {}, {"quicknotify": True}, {"runonce": False}, {"cheat_on_open": True})


def by_two_hours(market):
    """Return a market of days as one of bars of two hours, twelve to a day, not declared as such."""
    first = FIRST_DAY.toordinal()
    return tuple(tuple((first + (row[0] - first) / 12.0, *row[1:]) for row in bars) for bars in market)


def halted_run(seed, *, is_intraday=False):
    options, engine = random_house(seed).options(), ENGINES[seed // len(LIMITS) % len(ENGINES)]
    limits = LIMITS[seed % len(LIMITS)]
    if is_intraday and "breaker_loss" in limits:
        limits = {**limits, "breaker_cooldown": 4 * 3600.0}
    if is_intraday and "position_timeout" in limits:
        limits = {**limits, "position_timeout": 36 * 3600.0}
    options["profile"] = options["profile"].replace(**limits)
    market = random_plan(seed, days=120 if is_intraday else 60)
    return audited(
        by_two_hours(rows(market)) if is_intraday else market,
        seed=seed,
        strategy=Everywhere,
        auditor=IntradayAuditor if is_intraday else HaltAuditor,
        engine=engine,
        at_open=0.3 if "cheat_on_open" in engine else 0.0,
        **{name: value for name, value in options.items() if name != "engine"},
    ).audit


def problems_of(audit):
    """Return what is wrong but for calls in the middle of others, whose records are counted to both."""
    return [one for one in audit.problems if not one.startswith("I9")]


@pytest.fixture(scope="module", params=[False, True], ids=["days", "hours"])
def audits(request):
    return {seed: halted_run(seed, is_intraday=request.param) for seed in range(runs(90, 4_000))}


def test_nothing_is_opened_while_the_account_is_halted(audits):
    assert {seed: found for seed, audit in audits.items() if (found := problems_of(audit))} == {}


def test_the_runs_were_halted_by_every_rule(audits):
    halted = sum((audit.halted for audit in audits.values()), Counter())
    halted["jump"] = sum(count for reason, count in halted.items() if reason.startswith("jump"))
    reasons = (
        *("daily_loss", "drawdown", "breaker", "strategy", "emergency day", "emergency count"),
        *("jump", "together"),
    )
    assert {reason: halted[reason] for reason in reasons if halted[reason] < 10} == {}
    met = sum((audit.met for audit in audits.values()), Counter())
    reached = (
        *("denied", "long", "event entry_withdrawn", "event stop_hit", "price spike", "entry on probation"),
        *("bound by min_liquidity", "bound by max_correlation", "bound by volatility_spike"),
        "entry into a market that is liquid enough",
        *(f"left for its {why}" for why in ("loss", "loss of cost", "time", "timeout")),
    )
    assert {name: met[name] for name in reached if met[name] < 5} == {}
    assert min(met["entry beside another"], met["entry of an own size on probation"]) >= 1
