from __future__ import annotations

from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.stops import fixed_stop
from bt_risk.maths.targets import fixed_target
from bt_risk.rules.exits.exit_decision import exit_decision
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.profile import MODERATE

small = settings(derandomize=True, max_examples=150, deadline=None)

# minimum hold, maximum hold, stop, target
TABLE = {
    "conservative": (4.0, 72.0, 0.02, 0.03),
    "moderate": (2.0, 48.0, 0.03, 0.05),
    "aggressive": (0.5, 24.0, 0.05, 0.10),
}


def decide(price, hours, has_signal, kind="moderate", *, is_long=True):
    low, high, stop, target = TABLE[kind]
    return exit_decision(
        price,
        stop=fixed_stop(100.0, stop, is_long=is_long),
        target=fixed_target(100.0, target, is_long=is_long),
        is_long=is_long,
        hours=hours,
        has_signal=has_signal,
        profile=MODERATE.replace(min_hold=low, max_hold=high),
    )


@pytest.mark.parametrize(
    ("kind", "price", "hours", "has_signal", "reason"),
    [
        ("moderate", 97, 1 / 3, False, "stop"),
        ("moderate", 92, 1 / 3, False, "stop"),  # 8 % in 20 minutes
        ("moderate", 100, 1, True, "hold"),
        ("moderate", 100, 2.0, True, "signal"),
        ("moderate", 101, 48, False, "time"),
        ("moderate", 97.01, 10, False, "hold"),
        ("moderate", 104.99, 10, False, "hold"),
        ("moderate", 105, 48, True, "target"),  # before the time
        ("moderate", 100, 48, True, "time"),  # before the signal
        ("moderate", 97, 48, True, "stop"),  # before everything
        ("moderate", 97 * (1 + 1e-12), 0, False, "stop"),
        ("moderate", 97 * (1 + 2e-9), 0, False, "hold"),
        ("conservative", 98.0, 0.1, False, "stop"),
        ("conservative", 103.0, 0.1, False, "target"),
        ("conservative", 100, 3.9, True, "hold"),
        ("conservative", 100, 4.0, True, "signal"),
        ("conservative", 100, 72.0, False, "time"),
        ("aggressive", 95.0, 0.1, False, "stop"),
        ("aggressive", 110.00000000000001, 0.1, False, "target"),
        ("aggressive", 100, 0.5, True, "signal"),
        ("aggressive", 100, 0.4, True, "hold"),
        ("aggressive", 100, 24.0, False, "time"),
        ("moderate", nan, 1, False, "hold"),
        ("moderate", nan, 48, False, "time"),  # an unknown price blocks no exit
    ],
)
def test_exits_come_in_the_order_stop_target_time_signal(kind, price, hours, has_signal, reason):
    decision = decide(price, hours, has_signal, kind)
    assert decision.reason == reason
    assert decision.is_exit is (reason != "hold")


@pytest.mark.parametrize(
    ("price", "reason"), [(103, "stop"), (102.99, "hold"), (95, "target"), (95.01, "hold"), (108, "stop")]
)
def test_a_short_is_stopped_above_and_pays_below(price, reason):
    assert decide(price, 1, False, is_long=False).reason == reason


@pytest.mark.parametrize(
    ("price", "hours", "limit", "reason"),
    [
        (98.01, 0, None, "hold"),
        (104, 0, None, "target"),
        (103.99, 0, None, "hold"),
        (100, 24, 24, "time"),
        (100, 23.9, 24, "hold"),
        (97, 30, 24, "stop"),
    ],
)
def test_stops_without_a_minimum_hold(price, hours, limit, reason):
    profile = MODERATE.replace(max_hold=limit)
    decision = exit_decision(price, stop=98.0, target=104.0, is_long=True, hours=hours, profile=profile)
    assert decision.reason == reason


def test_a_deferred_signal_says_how_long_it_waits():
    decision = decide(100, 1, True)
    assert (decision.wait, decision.text) == (1.0, "the signal waits 1 h: held 1 h of at least 2 h")


def test_a_held_position_says_how_long_it_may_be():
    assert decide(100, 40, False).text == "held, for 8 h more at most"
    assert decide(100, 40, False).wait == 0.0
    free = exit_decision(100, stop=None, target=None, is_long=True, hours=40, profile=MODERATE)
    assert (free.reason, free.text) == (ExitReason.HOLD, "held")


def test_bars_and_the_end_of_the_day_close_without_waiting():
    profile = MODERATE.replace(min_hold=4.0, max_hold_bars=3)

    def reason(**seen):
        return exit_decision(
            100, stop=None, target=None, is_long=True, hours=1.0, profile=profile, **seen
        ).reason

    assert reason(bars=2) is ExitReason.HOLD
    assert reason(bars=3, is_end_of_day=True) is ExitReason.TIME
    assert reason(bars=2, is_end_of_day=True, has_signal=True) is ExitReason.END_OF_DAY


def test_a_forced_close_does_not_wait():
    forced = exit_decision(
        100,
        stop=None,
        target=None,
        is_long=True,
        hours=1.0,
        has_signal=True,
        is_forced=True,
        profile=MODERATE.replace(min_hold=4.0),
    )
    assert forced.reason is ExitReason.MANUAL


def test_a_stop_is_named_by_the_rule_that_set_it():
    decision = exit_decision(
        99, stop=99.0, target=None, is_long=True, hours=1, stop_reason=ExitReason.TRAIL, profile=MODERATE
    )
    assert (decision.reason, decision.is_exit) == (ExitReason.TRAIL, True)


@small
@given(
    price=st.floats(50, 150),
    hours=st.floats(0, 100),
    bars=st.integers(0, 50),
    is_end=st.booleans(),
    is_long=st.booleans(),
    min_hold=st.floats(0.1, 50),
)
def test_a_minimum_hold_never_changes_a_risk_exit(price, hours, bars, is_end, is_long, min_hold):
    def decide_with(profile, has_signal):
        return exit_decision(
            price,
            stop=90.0 if is_long else 110.0,
            target=110.0 if is_long else 90.0,
            is_long=is_long,
            hours=hours,
            bars=bars,
            is_end_of_day=is_end,
            has_signal=has_signal,
            profile=profile,
        )

    free = MODERATE.replace(max_hold=60.0, max_hold_bars=30)
    bound = free.replace(min_hold=min_hold)
    without, waiting = decide_with(free, False), decide_with(bound, True)
    if without.is_exit:
        assert waiting == without
    else:
        assert waiting.reason is (ExitReason.HOLD if waiting.wait else ExitReason.SIGNAL)
        assert bool(waiting.wait) == (hours < min_hold * (1 - 1e-9))
