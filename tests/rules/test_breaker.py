from __future__ import annotations

import datetime as dt
from math import nan

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bt_risk.rules.breaker import (
    Breaker,
    BreakerObservation,
    BreakerState,
    reset_breaker,
    size_multiplier,
    step_breaker,
)
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE

PROFILE = MODERATE.replace(breaker_loss=0.10, breaker_cooldown=300.0, half_open_size=0.25)
BY_SESSION = PROFILE.replace(breaker_cooldown=None)
CLOSED, HALF, OPEN = BreakerState
START = dt.datetime(2024, 3, 1, 9, 30)


def seen(seconds, day_return, *, day=0, trips=()):
    time = START + dt.timedelta(days=day, seconds=seconds)
    return BreakerObservation(time.date(), time, day_return, trips)


def play(*observations, profile=PROFILE):
    breaker, states, notices = Breaker(), [], []
    for observation in observations:
        breaker, found = step_breaker(breaker, observation, profile)
        states.append(breaker)
        notices.append(found)
    return states, notices


def course(*observations, profile=PROFILE):
    return [breaker.state for breaker in play(*observations, profile=profile)[0]]


@pytest.mark.parametrize(
    ("day_return", "state"),
    [
        (-0.0999, CLOSED),
        (-0.10 * (1 - 2e-9), CLOSED),
        (-0.10 * (1 - 1e-12), OPEN),
        (-0.10, OPEN),
        (-0.11, OPEN),
        (0.20, CLOSED),
        (0.90, CLOSED),  # no profit target unless one is set
        (nan, CLOSED),
    ],
)
def test_a_days_loss_opens_the_breaker_at_its_value(day_return, state):
    assert course(seen(0, day_return)) == [state]


@pytest.mark.parametrize(
    ("day_return", "state"),
    [(0.1999, CLOSED), (0.20, OPEN), (0.20 * (1 - 1e-12), OPEN), (-0.20, OPEN), (-0.05, CLOSED)],
)
def test_a_profit_target_is_a_cause_of_its_own(day_return, state):
    profile = PROFILE.replace(breaker_profit=0.20)
    states, _ = play(seen(0, day_return), profile=profile)
    assert states[0].state is state
    assert states[0].tripped_by == {OPEN: ("profit_target" if day_return > 0 else "loss",)}.get(state, ())


@pytest.mark.parametrize(("state", "size"), [(CLOSED, 100.0), (HALF, 25.0), (OPEN, 0.0)])
def test_the_permitted_size_follows_from_the_state(state, size):
    assert 100.0 * size_multiplier(Breaker(state), PROFILE) == size
    assert Breaker(state).permits_entries is (size > 0)


def test_a_breaker_recovers_through_a_clean_probation():
    bars = [
        (0, -0.05),
        (10, -0.10),
        (100, -0.02),
        (310, -0.02),  # 300 seconds are not more than 300
        (311, -0.02),
        (400, 0.0),
        (5000, 0.01),
    ]
    states, notices = play(*(seen(*bar) for bar in bars))
    assert [breaker.state for breaker in states] == [CLOSED, OPEN, OPEN, OPEN, HALF, HALF, CLOSED]
    assert [100 * size_multiplier(breaker, PROFILE) for breaker in states] == [100, 0, 0, 0, 25, 25, 100]
    assert [[notice.level for notice in found] for found in notices] == [
        [],
        ["critical"],
        [],
        [],
        ["info"],
        [],
        ["info"],
    ]


def test_a_relapse_on_probation_opens_it_again():
    bars = [(0, -0.11), (301, -0.05), (310, -0.10), (400, -0.05), (611, -0.05)]
    assert course(*(seen(*bar) for bar in bars)) == [OPEN, HALF, OPEN, OPEN, HALF]


def test_a_loss_that_merely_goes_on_does_not_keep_it_open():
    assert course(seen(0, -0.11), seen(200, -0.12), seen(301, -0.12)) == [OPEN, OPEN, HALF]


def test_a_fresh_loss_while_open_starts_the_cool_down_again():
    bars = [(0, -0.11), (100, -0.05), (200, -0.11), (301, -0.05), (500, -0.05), (501, -0.05)]
    states, notices = play(*(seen(*bar) for bar in bars))
    assert [breaker.state for breaker in states] == [OPEN, OPEN, OPEN, OPEN, OPEN, HALF]
    assert [len(found) for found in notices] == [1, 0, 0, 0, 0, 1]


def test_a_probation_counts_only_while_it_is_clean():
    bars = [(0, -0.11), (301, -0.11), (602, -0.11), (700, -0.05), (902, -0.05), (903, -0.05)]
    assert course(*(seen(*bar) for bar in bars)) == [OPEN, HALF, HALF, HALF, HALF, CLOSED]


def test_a_loss_is_another_one_on_another_day():
    later = (seen(0, -0.12, day=1), seen(301, -0.12, day=1))
    assert course(seen(0, -0.11), *later) == [OPEN, OPEN, HALF]
    assert course(seen(0, -0.11), *later, profile=BY_SESSION) == [OPEN, OPEN, OPEN]


def test_without_seconds_each_step_takes_the_next_session():
    bars = [
        seen(0, -0.11),
        seen(20_000, -0.11),
        seen(0, 0.0, day=1),
        seen(20_000, -0.05, day=1),
        seen(0, 0.0, day=3),
        seen(0, -0.10, day=4),
    ]
    assert course(*bars, profile=BY_SESSION) == [OPEN, OPEN, HALF, HALF, CLOSED, OPEN]


def test_further_conditions_trip_it_by_name():
    states, notices = play(seen(0, 0.01, trips=("volatility_spike", "manual")))
    assert states[0].tripped_by == ("manual", "volatility_spike")
    (notice,) = notices[0]
    assert notice.text == "breaker open: manual, volatility_spike; the day stands at +1.00%"
    assert notice.action is Action.DENY_ENTRIES
    assert play(seen(0, nan, trips=("manual",)))[1][0][0].text == "breaker open: manual"


def test_a_condition_that_lasts_prolongs_the_probation_only():
    trips = ("correlation_spike",)
    bars = [seen(0, 0, trips=trips), seen(301, 0, trips=trips), seen(602, 0, trips=trips), seen(903, 0)]
    assert course(*bars) == [OPEN, HALF, HALF, CLOSED]


def test_a_second_condition_opens_it_again():
    assert course(seen(0, -0.11), seen(301, -0.11), seen(310, -0.11, trips=("manual",))) == [OPEN, HALF, OPEN]


def test_a_day_that_is_not_known_ends_no_condition():
    states, _ = play(seen(0, -0.11), seen(10, nan), seen(20, -0.11), seen(30, nan, day=1))
    assert [breaker.state for breaker in states] == [OPEN, OPEN, OPEN, HALF]
    assert states[0].causes == states[1].causes == states[2].causes
    assert states[2].since == START  # no fresh loss after the gap
    assert not states[3].causes


def test_a_reset_closes_it_until_something_new_happens():
    breaker = reset_breaker(play(seen(0, -0.11))[0][0])
    assert (breaker.state, breaker.permits_entries) == (CLOSED, True)
    breaker, notices = step_breaker(breaker, seen(10, -0.12), PROFILE)
    assert (breaker.state, notices) == (CLOSED, ())
    breaker, _ = step_breaker(breaker, seen(20, -0.05), PROFILE)
    assert not breaker.causes
    assert step_breaker(breaker, seen(30, -0.11), PROFILE)[0].state is OPEN


def test_a_breaker_put_open_without_a_time_cools_down_at_once():
    assert step_breaker(Breaker(OPEN), seen(0, 0.0), PROFILE)[0].state is HALF


def test_a_breaker_without_limits_stays_closed():
    idle = Breaker()
    assert step_breaker(idle, seen(0, -0.99), MODERATE) == (idle, ())


returns = st.one_of(st.floats(-0.2, 0.2), st.sampled_from([-0.1, nan]))
steps = st.lists(st.tuples(st.integers(0, 400), returns, st.booleans()), max_size=30)


def breaker_after(path, profile):
    time, breaker = 0, Breaker()
    for seconds, day_return, is_tripped in path:
        time += seconds
        trips = ("manual",) if is_tripped else ()
        breaker, _ = step_breaker(breaker, seen(time, day_return, trips=trips), profile)
    return breaker, time


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    path=steps,
    wait=st.integers(0, 700),
    better=st.floats(-0.2, 0.2),
    drop=st.floats(0, 0.3),
    day=st.integers(0, 1),
    profile=st.sampled_from([PROFILE, BY_SESSION]),
)
def test_in_one_step_a_worse_day_or_one_more_trip_never_permits_more(path, wait, better, drop, day, profile):
    breaker, time = breaker_after(path, profile)

    def size(day_return, trips=()):
        after, _ = step_breaker(breaker, seen(time + wait, day_return, day=day, trips=trips), profile)
        return size_multiplier(after, profile)

    assert size(better - drop) <= size(better)
    assert size(better, ("manual",)) <= size(better)


class BreakerMachine(RuleBasedStateMachine):
    """Random days: a breaker moves one state at a time towards closed, and opens only for a new cause."""

    def __init__(self):
        super().__init__()
        self.breaker, self.before, self.time, self.day = Breaker(), Breaker(), 0, 0
        self.notices = ()

    @rule(seconds=st.integers(0, 700), day_return=returns, trips=st.sampled_from([(), ("a",), ("a", "b")]))
    def see(self, seconds, day_return, trips):
        self.time += seconds
        self.before = self.breaker
        observation = seen(self.time % 20_000, day_return, day=self.day, trips=trips)
        self.breaker, self.notices = step_breaker(self.breaker, observation, PROFILE)

    @rule()
    def sleep(self):
        self.day += 1
        self.time = 0

    @rule()
    def reset(self):
        self.breaker = self.before = reset_breaker(self.breaker)
        self.notices = ()

    @invariant()
    def a_worse_state_permits_less(self):
        sizes = [size_multiplier(Breaker(state), PROFILE) for state in BreakerState]
        assert sizes == sorted(sizes, reverse=True)
        assert size_multiplier(self.breaker, PROFILE) == sizes[self.breaker.state]

    @invariant()
    def it_is_closed_step_by_step_and_every_change_is_told(self):
        assert self.breaker.state >= self.before.state - 1
        assert bool(self.notices) == (self.breaker.state is not self.before.state)
        if self.breaker.state > self.before.state:
            assert self.breaker.state is OPEN
            assert self.breaker.causes - self.before.causes


BreakerMachine.TestCase.settings = settings(
    derandomize=True, max_examples=80, stateful_step_count=30, deadline=None
)
TestBreaker = BreakerMachine.TestCase
