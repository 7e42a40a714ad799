"""A new rule has to be in the drill: a gate, a method, a cap, an exit, a halt, an event, a limit, a protocol."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import bt_risk
from bt_risk import RiskProfile
from bt_risk.rules import caps, checks, methods
from bt_risk.rules.alerts import _LEVELS as ALERTS
from bt_risk.rules.events import EventKind
from bt_risk.rules.reduction import Protocol
from bt_risk.rules.tiers import Tier
from tests.drill.cases import played
from tests.drill.switches import SWITCHES
from tests.drill.test_fire_drill import CASES

RULES = Path(bt_risk.__file__).parent / "rules"
ROOMS = ("checks", "methods", "caps", "exits", "halts")
NAMED = {name.split()[0] for name in SWITCHES}

# Modules of these rooms that decide nothing in a run.
NO_RULES = {
    "exits/exit_decision": "the exits of one price in words, for who asks; it sends nothing",
    "exits/stop_out": "what a bar reaches first, for trades that are replayed after a run",
    "exits/reason": "names",
    "halts/observation": "what the halts look at",
    "halts/risk_level": "a word for reports; as an emergency it is off",
}

# The scenario in which an event is told.
TOLD = {
    EventKind.TIER: "tiers warning",
    EventKind.EMERGENCY: "tiers emergency",
    EventKind.DAILY_LOSS: "halts/daily_loss",
    EventKind.PORTFOLIO_DRAWDOWN: "halts/drawdown_ladder halt",
    EventKind.STRATEGY_DRAWDOWN: "halts/strategy_drawdown",
    EventKind.BREAKER: "breaker loss",
    EventKind.EMERGENCY_STOP: "emergency drawdown",
    EventKind.VOLATILITY_SPIKE: "halts/volatility_spike",
    EventKind.CORRELATION_SPIKE: "halts/correlation_spike",
    EventKind.PRICE_SPIKE: "halts/price_spike",
    EventKind.ALERT: "alerts drawdown",
    EventKind.EQUITY_UNKNOWN: "value of the account is told",
    EventKind.EQUITY_KNOWN: "value of the account is told",
    EventKind.POSITION_LOSS: "halts/position_loss",
    EventKind.EXCESSIVE_LOSS: "halts/position_loss of cost",
    EventKind.POSITION_TIMEOUT: "halts/position_timeout",
    EventKind.TIME: "exits/time_limit max_hold",
    EventKind.END_OF_DAY: "exits/end_of_day",
    EventKind.STOP_HIT: "stop",
    EventKind.SCALE_OUT: "exits/ladder",
    EventKind.EXIT_DEFERRED: "exits/time_limit min_hold",
    EventKind.ADOPTED: "stop of adopted",
    EventKind.STOP_FOR_ALL: "own stop",
    EventKind.OWN_STOP_ENDED: "own stop ends",
    EventKind.ENTRY_WITHDRAWN: "withdrawal of entries",
    EventKind.REVERSAL_DROPPED: "reversal dropped",
    EventKind.CANCEL_REFUSED: "exits of the desk's own",
    EventKind.DATA_QUALITY: "halts/data_quality",
    EventKind.STALE: "silence",
    EventKind.RESUMED: "silence",
    EventKind.LIMITS_CHANGED: "operator set_limits",
    EventKind.RESET: "operator reset",
    EventKind.NO_EDGE: "methods/kelly floor",
}
# What is told and is no rule of ours.
NO_RULE_TELLS = {
    EventKind.MARGIN: "the broker's own refusal",
    EventKind.AT_MARKET: "of brokers other than the simulated one",
    EventKind.JOURNAL: "of the file of decisions",
}


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_of_a_rule_is_in_the_drill(room):
    modules = {f"{room}/{path.stem}" for path in (RULES / room).glob("*.py")} - {f"{room}/__init__"}
    assert modules - NAMED == {name for name in NO_RULES if name.startswith(room)}


def test_every_member_of_a_tuple_of_rules_is_in_the_drill():
    judges = {f"checks/{judge.__module__.rpartition('.')[2]}" for judge in checks.CHECKS + checks.SIZE_CHECKS}
    names = {f"caps/{name}" for name, _ in caps.CAPS + caps.SCALES}
    assert (judges | names | {f"methods/{name}" for name in methods.METHODS}) <= NAMED


@pytest.mark.parametrize(
    ("family", "members"),
    [("alerts", ALERTS), ("operator", Protocol), ("tiers", [tier.name.lower() for tier in Tier if tier])],
)
def test_every_alert_protocol_and_tier_is_in_the_drill(family, members):
    assert {f"{family} {member}" for member in members} <= set(SWITCHES)


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_is_told_in_the_drill(kind):
    assert (kind in TOLD) != (kind in NO_RULE_TELLS)
    if kind in TOLD:
        assert kind in played(TOLD[kind]).event_kinds()


def test_every_limit_that_a_profile_may_switch_on_is_on_in_a_scenario():
    limits = {field.name for field in dataclasses.fields(RiskProfile) if "None" in str(field.type)}
    profiles = [played(rule).desk.profile for rule in CASES]
    used = {name for name in limits for profile in profiles if getattr(profile, name) is not None}
    assert limits - used == set()
