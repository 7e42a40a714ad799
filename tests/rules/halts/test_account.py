from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from math import inf, nan

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bt_risk.rules.emergency import EmergencyStop
from bt_risk.rules.halts.account import AccountHalts, reset_account, step_account
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE
from tests.rules.halts.days import JUMP, TOLD, bar, play

PROFILE = MODERATE.replace(
    daily_loss=0.05,
    drawdown_cooldown=2,
    max_strategy_drawdown=0.15,
    correlation_spike=0.9,
    breaker_loss=0.10,
    emergency_daily_loss=0.15,
    emergency_positions=20,
)


def run(*bars, profile=PROFILE):
    return play(step_account, AccountHalts(), bars, profile)


def rules(halts):
    return [rule for rule, _ in halts.reasons]


def test_a_healthy_account_is_told_nothing():
    states, notices = run(bar(0, 100), bar(1, 101, positions=3), bar(2, 99, positions=20))
    assert notices == [(), (), ()]
    assert [(state.reasons, state.size_multiplier(PROFILE)) for state in states] == [((), 1.0)] * 3


def test_a_bar_that_changes_nothing_keeps_the_very_state():
    states, _ = run(bar(0, 100, hour=10), bar(0, 99, hour=11), bar(0, 98, hour=12))
    assert states[1] is states[2]


def test_every_halt_names_itself_the_gravest_first():
    states, notices = run(
        bar(0, 100),
        bar(1, 68, strategy_pnl=-32, strategy_capital=100, failures=("feed_failed",), positions=21),
    )
    assert rules(states[-1]) == [
        "emergency_stop",
        "portfolio_drawdown",
        "daily_loss",
        "strategy_drawdown",
        "breaker",
    ]
    assert dict(states[-1].reasons)["emergency_stop"] == (
        "emergency stop (drawdown, position_count, daily_loss, feed_failed): entries wait for a reset"
    )
    assert dict(states[-1].reasons)["breaker"] == "the breaker is open: loss"
    assert [notice.kind for notice in notices[-1]] == [
        "daily_loss",
        "strategy_drawdown",
        "breaker",
        "emergency_stop",
    ]
    assert states[-1].size_multiplier(PROFILE) == 0.0


def test_an_emergency_is_ordered_once_though_two_rules_know_of_it():
    _, notices = run(bar(0, 100), bar(1, 69), bar(2, 60), profile=MODERATE)
    actions = [notice.action for found in notices for notice in found]
    assert actions.count(Action.EMERGENCY_STOP) == 1


def test_each_halt_alone_denies_entries():
    for seen, name in (
        (bar(1, 95), "daily_loss"),
        (bar(1, 100, strategy_pnl=-15, strategy_capital=100), "strategy_drawdown"),
        (bar(1, 100, trips=("spike",)), "breaker"),
        (bar(1, 100, failures=("feed_failed",)), "emergency_stop"),
    ):
        states, _ = run(bar(0, 100), seen)
        assert rules(states[-1]) == [name]
        assert states[-1].size_multiplier(PROFILE) == 0.0
    slow, _ = run(*(bar(day, equity) for day, equity in enumerate([100, 96, 92.5, 89, 86, 84])))
    assert rules(slow[-1]) == ["portfolio_drawdown"]
    assert slow[-1].size_multiplier(PROFILE) == 0.0


def test_the_smallest_size_of_all_counts():
    profile = PROFILE.replace(half_open_size=0.25, breaker_loss=None)
    states, _ = run(
        *(bar(day, e) for day, e in enumerate([100, 96, 92.5, 89, 86, 84, 84, 84])), profile=profile
    )
    assert (states[-1].reasons, states[-1].size_multiplier(profile)) == ((), 0.25)
    states, _ = run(bar(0, 100), bar(1, 100, trips=("spike",)), bar(2, 100), profile=profile)
    assert (states[-1].reasons, states[-1].size_multiplier(profile)) == ((), 0.25)


def test_a_reset_ends_every_halt_and_none_comes_back_by_itself():
    seen = bar(1, 68, hour=10, strategy_pnl=-10, strategy_capital=100, failures=("feed_failed",))
    states, _ = run(bar(0, 100), seen)
    fresh = reset_account(states[-1], 68.0)
    assert fresh.reasons == ()
    again, notices = step_account(fresh, seen._replace(previous_equity=68.0), PROFILE)
    assert (again.reasons, notices) == ((), ())
    worse, _ = step_account(again, bar(2, 57, previous_equity=68.0), PROFILE)
    assert rules(worse) == ["emergency_stop", "portfolio_drawdown", "daily_loss", "breaker"]


@pytest.mark.parametrize("part", ["daily", "ladder", "strategy", "correlation", "breaker", "emergency"])
def test_a_state_can_be_kept_as_it_cannot_be_changed(part):
    halts = AccountHalts()
    with pytest.raises(FrozenInstanceError):
        setattr(halts, part, None)
    state = getattr(halts, part)
    with pytest.raises(FrozenInstanceError):
        setattr(state, fields(state)[0].name, None)


def test_a_breaker_that_is_open_cools_down_also_where_the_profile_has_none_any_more():
    states, _ = run(bar(0, 100), bar(1, 89))
    calm = PROFILE.replace(breaker_loss=None, daily_loss=None)
    half_open, _ = step_account(states[-1], bar(2, 89, previous_equity=89.0), calm)
    closed, _ = step_account(half_open, bar(3, 89, previous_equity=89.0), calm)
    assert [half_open.breaker.state.name, closed.breaker.state.name] == ["HALF_OPEN", "CLOSED"]


@pytest.mark.parametrize(
    ("limits", "seen", "condition"),
    [
        ({"drawdown_emergency": 0.30}, {}, "drawdown"),
        ({"emergency_positions": 20}, {"positions": 21}, "position_count"),
        ({"emergency_daily_loss": 0.15}, {}, "daily_loss"),
        ({}, {"failures": ("feed_failed",)}, "feed_failed"),
    ],
)
def test_each_condition_of_an_emergency_counts_alone(limits, seen, condition):
    off = MODERATE.replace(drawdown_emergency=None, **{"daily_loss": None, "drawdown_reduce": None})
    profile = off.replace(**limits)
    states, _ = run(bar(0, 100), bar(1, 69, **seen), profile=profile)
    assert [found.name for found in states[-1].emergency.conditions] == [condition]
    calm, _ = run(bar(0, 100), bar(1, 69, positions=21), profile=off)
    assert calm[-1].emergency == EmergencyStop()


class Account(RuleBasedStateMachine):
    """Random bars, flows and resets: what entries are allowed must follow from the equity alone."""

    def __init__(self):
        super().__init__()
        self.halts = AccountHalts()
        self.day, self.hour = 0, 0
        self.equity = self.previous = 100.0
        self.notices = ()
        self.step(self.equity)

    def step(self, equity, **seen):
        self.hour = min(self.hour + 1, 23)
        observation = bar(self.day, equity, hour=self.hour, previous_equity=self.previous, **seen)
        self.halts, self.notices = step_account(self.halts, observation, PROFILE)
        if equity == equity:
            self.previous = equity

    @rule(change=st.floats(-0.12, 0.08), is_flat=st.booleans())
    def move(self, change, is_flat):
        self.equity *= 1 + change
        self.step(self.equity, is_flat=is_flat)

    @rule(
        correlations=st.lists(st.floats(-1, 1) | st.just(nan), max_size=3),
        spikes=st.sampled_from([(), (JUMP,), (TOLD,)]),
    )
    def jump(self, correlations, spikes):
        self.step(self.equity, correlations=tuple(correlations), spikes=spikes)
        assert set(spikes) <= set(self.notices)
        assert self.halts.spikes == tuple(spike for spike in spikes if spike is JUMP)

    @rule(days=st.integers(1, 3))
    def sleep(self, days):
        self.day, self.hour = self.day + days, 0

    @rule()
    def lose_sight(self):
        self.step(nan)

    @rule(share=st.floats(-0.5, 2.0))
    def move_money(self, share):
        flow = self.equity * share
        self.equity += flow
        fallen = self.halts.ladder.drawdown(self.previous)
        self.step(self.equity, cash_flow=flow, is_flat=False)
        # A flow by itself is neither a loss nor a recovery.
        assert self.halts.ladder.drawdown(self.equity) == pytest.approx(fallen, abs=1e-9)

    @precondition(lambda self: self.halts.reasons)
    @rule()
    def reset(self):
        self.halts = reset_account(self.halts, self.equity)
        assert self.halts.reasons == ()

    @invariant()
    def halted_means_no_size(self):
        size = self.halts.size_multiplier(PROFILE)
        assert (size == 0.0) == bool(self.halts.reasons)
        assert size in (0.0, PROFILE.half_open_size, 1.0)

    @invariant()
    def a_broken_limit_is_never_open_to_full_size(self):
        halts = self.halts
        fallen = halts.ladder.drawdown(self.equity)
        if fallen > 0.15 + 1e-9:
            assert halts.size_multiplier(PROFILE) < 1.0
        assert halts.ladder.peak >= self.equity * (1 - 1e-9)
        assert halts.ladder.releases <= PROFILE.max_releases
        assert -inf < halts.daily.base < inf


Account.TestCase.settings = settings(derandomize=True, max_examples=60, stateful_step_count=30, deadline=None)
TestAccount = Account.TestCase
