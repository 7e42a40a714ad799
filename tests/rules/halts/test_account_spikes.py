"""Spikes among the halts of the account, with and without a breaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bt_risk.rules.halts.account import AccountHalts, reset_account, step_account
from bt_risk.rules.profile import MODERATE
from tests.rules.halts.days import JUMP, TOLD, bar, play

ALIKE = MODERATE.replace(correlation_spike=0.9)


def run(*bars, profile):
    return play(step_account, AccountHalts(), bars, profile)


def rules(halts):
    return [rule for rule, _ in halts.reasons]


def test_a_volatility_spike_halts_its_bar_without_any_breaker():
    bars = (bar(0, 100), bar(1, 100, spikes=(JUMP, TOLD)), bar(2, 100))
    states, notices = run(*bars, profile=MODERATE)
    assert [state.reasons for state in states] == [(), (("volatility_spike", "A: a jump"),), ()]
    assert [state.size_multiplier(MODERATE) for state in states] == [1.0, 0.0, 1.0]
    assert notices == [(), (JUMP, TOLD), ()]
    assert states[1].breaker is states[0].breaker


def test_every_spike_of_a_bar_is_a_reason_of_its_own():
    other = replace(JUMP, data=None)
    states, notices = run(bar(0, 100), bar(1, 100, spikes=(JUMP, other)), profile=MODERATE)
    assert states[-1].reasons == (("volatility_spike", "A: a jump"), ("volatility_spike", "a jump"))
    assert notices[-1] == (JUMP, other)


def test_a_price_spike_is_told_and_halts_nothing():
    states, notices = run(
        bar(0, 100, hour=9), bar(0, 100, hour=10), bar(0, 100, hour=11, spikes=(TOLD,)), profile=ALIKE
    )
    assert states[2] is states[1]
    assert notices[2] == (TOLD,)


def test_a_correlation_spike_halts_for_as_long_as_it_holds():
    alike = [(), (0.95,), (0.95, 0.75, 0.75), (0.72,), (0.9,), ()]
    bars = [bar(day, 100, correlations=found) for day, found in enumerate(alike)]
    states, notices = run(*bars, profile=ALIKE)
    halted = (("correlation_spike", "the open positions move as one: no entries"),)
    assert [state.reasons for state in states] == [(), halted, halted, (), halted, ()]
    assert [state.size_multiplier(ALIKE) for state in states] == [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]
    levels = [[(notice.kind, notice.level) for notice in found] for found in notices]
    told, ended = [("correlation_spike", "warning")], [("correlation_spike", "info")]
    assert levels == [[], told, [], ended, told, ended]


@pytest.mark.parametrize("limits", [{"breaker_loss": 0.10}, {"breaker_profit": 0.20}])
@pytest.mark.parametrize(
    ("seen", "kind"),
    [({"spikes": (JUMP, TOLD)}, "volatility_spike"), ({"correlations": (0.9,)}, "correlation_spike")],
)
def test_a_spike_opens_the_breaker_of_a_profile_that_has_one(limits, seen, kind):
    profile = ALIKE.replace(**limits)
    states, notices = run(bar(0, 100), bar(1, 100, **seen), bar(2, 100), profile=profile)
    assert rules(states[1]) == ["breaker", kind]
    assert states[1].breaker.tripped_by == (kind,)
    assert [notice.kind for notice in notices[1]][-1] == "breaker"
    assert (states[2].reasons, states[2].size_multiplier(profile)) == ((), 0.25)


def test_a_spike_and_a_hand_trip_together():
    profile = ALIKE.replace(breaker_loss=0.10)
    seen = bar(1, 100, spikes=(JUMP,), correlations=(0.95,), trips=("hand",))
    states, _ = run(bar(0, 100), seen, profile=profile)
    assert states[-1].breaker.tripped_by == ("correlation_spike", "hand", "volatility_spike")
    by_hand, _ = run(bar(0, 100), seen, profile=ALIKE)
    assert by_hand[-1].breaker.tripped_by == ("hand",)


def test_a_reset_lifts_the_spikes_too():
    seen = bar(1, 100, spikes=(JUMP,), correlations=(0.95,))
    states, _ = run(bar(0, 100), seen, profile=ALIKE)
    fresh = reset_account(states[-1], 100.0)
    assert fresh.reasons == ()
    held, notices = step_account(fresh, seen._replace(spikes=()), ALIKE)
    assert (held.reasons, notices) == ((), ())


def test_a_limit_that_is_taken_away_during_a_run_takes_its_condition_along():
    states, _ = run(bar(0, 100), bar(1, 100, correlations=(0.95,)), profile=ALIKE)
    after, notices = step_account(states[-1], bar(2, 100, correlations=(0.95,)), MODERATE)
    assert (after.reasons, notices) == ((), ())
