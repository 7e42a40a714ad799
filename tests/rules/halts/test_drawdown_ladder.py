from __future__ import annotations

from itertools import chain
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.halts.drawdown_ladder import DrawdownLadder, reset_drawdown, step_drawdown
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE
from tests.rules.halts.days import bar, play

PROFILE = MODERATE.replace(
    drawdown_halt=0.15,
    drawdown_reduce=0.20,
    drawdown_emergency=0.30,
    drawdown_cooldown=2,
    max_releases=1,
    half_open_size=0.25,
)
NONE, DENY, REDUCE, STOP = (
    Action.NONE,
    Action.DENY_ENTRIES,
    Action.REDUCE_POSITIONS,
    Action.EMERGENCY_STOP,
)


def climb(equities, profile=PROFILE, *, is_flat=False):
    bars = [bar(day, equity, is_flat=is_flat) for day, equity in enumerate(equities)]
    states, notices = play(step_drawdown, DrawdownLadder(), bars, profile)
    return states, [[notice.action for notice in found] for found in notices]


@pytest.mark.parametrize(
    ("equity", "actions", "size"),
    [
        (85.01, [], 1.0),
        (85.0, [DENY], 0.0),
        (85.0 * (1 + 1e-12), [DENY], 0.0),
        (80.01, [DENY], 0.0),
        (80.0, [REDUCE, DENY], 0.0),
        (70.01, [REDUCE, DENY], 0.0),
        (70.0, [REDUCE, DENY], 0.0),  # an emergency is above its limit only
        (70.0 * (1 - 1e-12), [REDUCE, DENY], 0.0),
        (69.99, [STOP], 0.0),
        (0.0, [STOP], 0.0),
        (-5.0, [STOP], 0.0),
    ],
)
def test_each_rung_acts_at_its_value_and_the_last_one_above_it(equity, actions, size):
    states, found = climb([100, equity])
    assert found == [[], actions]
    assert states[-1].size_multiplier(PROFILE) == size
    assert states[-1].drawdown(equity) == pytest.approx(1 - equity / 100)


def test_a_rung_acts_once_however_long_the_account_stays_there():
    assert climb([100, 84, 83, 79, 78, 81, 79, 69, 60, 65])[1] == [
        [],
        [DENY],
        [],
        [REDUCE],
        [],
        [],  # 19 %: not far enough back to halve once more
        [],
        [STOP],
        [],
        [],
    ]


def test_positions_are_halved_again_only_after_a_recovery_to_four_fifths_of_the_rung():
    # 16 % is 80 % of 20 %
    assert climb([100, 80, 83.9, 80])[1][-1] == []
    assert climb([100, 80, 84, 80])[1][-1] == [REDUCE]


def test_the_peak_is_the_highest_equity_not_the_first():
    states, found = climb([100, 200, 170])
    assert (states[-1].peak, found[-1]) == (200, [DENY])


def test_the_halt_is_released_after_sessions_without_position_at_a_part_of_the_size():
    bars = [
        bar(0, 100),
        bar(1, 84, is_flat=False),
        bar(2, 86, is_flat=False),
        bar(3, 84, is_flat=True),
        bar(4, 84, is_flat=True),
        bar(5, 84, is_flat=True),
        bar(6, 84, is_flat=False),
    ]
    states, notices = play(step_drawdown, DrawdownLadder(), bars, PROFILE)
    assert [state.size_multiplier(PROFILE) for state in states] == [1, 0, 0, 0, 0, 0.25, 0.25]
    assert [state.flat_sessions for state in states] == [None, None, None, 0, 1, None, None]
    assert [notice.text for notice in notices[5]] == [
        "2 sessions without position: entries at 25% of their size"
    ]


def test_several_bars_of_one_session_count_once():
    bars = [bar(0, 100), *(bar(1, 84, hour=hour) for hour in range(9, 16)), bar(2, 84), bar(3, 84)]
    states, _ = play(step_drawdown, DrawdownLadder(), bars, PROFILE)
    assert [state.is_halted for state in states] == [False] + [True] * 8 + [False]


def test_a_position_in_between_begins_the_count_again():
    flags = [True, True, False, True, True, True]
    bars = [bar(0, 100), *(bar(day + 1, 84, is_flat=flat) for day, flat in enumerate(flags))]
    states, _ = play(step_drawdown, DrawdownLadder(), bars, PROFILE)
    assert [state.is_halted for state in states] == [False, True, True, True, True, True, False]


RELEASED = [100, 85, 85, 85]


def test_after_a_release_the_halt_is_measured_from_there_and_the_other_rungs_from_the_true_peak():
    states, found = climb([*RELEASED, 87, 80], is_flat=True)
    assert states[3].is_half_open
    assert (states[-1].peak, states[-1].reference) == (100, 87)
    assert found[-1] == [REDUCE]  # 20 % from 100, only 8 % from 87
    assert states[-1].size_multiplier(PROFILE) == 0.25
    assert climb([*RELEASED, 87, 73.95], is_flat=True)[1][-1] == [REDUCE, DENY]  # 15 % from 87
    assert climb([*RELEASED, 69], is_flat=True)[1][-1] == [STOP]


def test_a_release_that_was_used_up_comes_back_with_a_new_high_only():
    again = [*RELEASED, 72, 72, 72, 72, 72, 72]
    assert climb(again, PROFILE, is_flat=True)[0][-1].is_halted
    twice = PROFILE.replace(max_releases=2)
    assert [state.is_halted for state in climb(again, twice, is_flat=True)[0]][4:] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    states, _ = climb([*RELEASED, 101, 85, 85, 85, 85], is_flat=True)
    assert [state.is_halted for state in states][4:] == [False, True, True, False, False]


def test_without_releases_a_halt_stays():
    states, _ = climb([100] + [85] * 50, PROFILE.replace(max_releases=0), is_flat=True)
    assert states[-1].is_halted


def test_full_size_returns_once_the_drawdown_is_well_below_the_halt():
    # 12 % is 80 % of 15 %
    states, _ = climb([*RELEASED, 87.9, 88, 86, 85], is_flat=True)
    assert [state.size_multiplier(PROFILE) for state in states][3:] == [0.25, 0.25, 1, 1, 0]
    assert states[5].reference == 100


@pytest.mark.parametrize("low", [72, 69])
def test_a_halt_ends_the_probation_that_it_comes_in(low):
    # 11 % is well below the halt, but there is no size to be made full again
    states, notices = play(
        step_drawdown, DrawdownLadder(), [bar(i, e) for i, e in enumerate([*RELEASED, low, 89])], PROFILE
    )
    assert states[3].is_half_open
    assert (states[-1].is_halted, states[-1].is_half_open, notices[-1]) == (True, False, ())


def test_a_new_high_ends_everything():
    bars = [bar(0, 100), bar(1, 79, is_flat=False), bar(2, 100, is_flat=False), bar(3, 101, is_flat=False)]
    states, notices = play(step_drawdown, DrawdownLadder(), bars, PROFILE)
    assert states[-2:] == [DrawdownLadder(100, 100), DrawdownLadder(101, 101)]
    assert [notice.text for notice in notices[2]] == ["a new high: entries at full size"]
    assert notices[3] == ()


def test_an_emergency_is_not_released_by_waiting():
    states, found = climb([100, 69] + [69] * 30, is_flat=True)
    assert states[-1].is_emergency
    assert states[-1].size_multiplier(PROFILE) == 0.0
    assert list(chain(*found)) == [STOP]


def test_a_reset_starts_afresh_from_the_present_equity():
    states, _ = climb([100, 69])
    fresh = reset_drawdown(states[-1], 69.0)
    assert fresh == DrawdownLadder(69.0, 69.0)
    assert step_drawdown(fresh, bar(5, 59.0), PROFILE)[1] == ()
    assert step_drawdown(fresh, bar(5, 58.65), PROFILE)[0].is_halted
    assert reset_drawdown(states[-1], nan) == DrawdownLadder(100, 100)


@pytest.mark.parametrize(
    ("equity", "flow", "drawdown"),
    [(160, 80, 0.20), (45, -45, 0.10), (40, -60, 0.0), (150, 50, 0.0), (130, 50, 0.20)],
)
def test_deposits_and_withdrawals_leave_the_drawdown_as_it_was(equity, flow, drawdown):
    states, _ = play(step_drawdown, DrawdownLadder(), [bar(0, 100), bar(1, equity, cash_flow=flow)], PROFILE)
    assert states[-1].drawdown(equity) == pytest.approx(drawdown)


def test_a_flow_before_the_first_equity_changes_nothing():
    states, _ = play(step_drawdown, DrawdownLadder(), [bar(0, 100, cash_flow=100)], PROFILE)
    assert states == [DrawdownLadder(100, 100)]


def test_an_unknown_equity_changes_nothing():
    states, found = climb([100, nan, 84, nan, nan, nan, nan], is_flat=True)
    assert (states[1], states[3], states[-1]) == (states[0], states[2], states[2])
    assert found[3:] == [[], [], [], []]


def test_rungs_that_are_off_do_nothing():
    off = PROFILE.replace(drawdown_halt=None, drawdown_reduce=None, drawdown_emergency=None)
    states, found = climb([100, 10], off)
    assert (states[-1].size_multiplier(off), found[-1]) == (1.0, [])
    reduce_only = PROFILE.replace(drawdown_halt=None, drawdown_emergency=None)
    states, found = climb([100, 75, 84, 75], reduce_only)
    assert found == [[], [REDUCE], [], [REDUCE]]
    assert states[-1].size_multiplier(reduce_only) == 1.0


def test_a_rung_switched_off_on_the_way_is_left_as_it_is():
    # The limits may be changed during a run.
    state, _ = step_drawdown(DrawdownLadder(100, 100, has_reduced=True), bar(1, 99), PROFILE)
    assert not state.has_reduced
    off = PROFILE.replace(drawdown_halt=None, drawdown_reduce=None)
    before = DrawdownLadder(100, 80, is_half_open=True, has_reduced=True)
    assert step_drawdown(before, bar(1, 80), off)[0] == before


equities = st.lists(st.floats(20, 200), min_size=1, max_size=60)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(equities=equities, flat=st.lists(st.booleans(), min_size=60, max_size=60))
def test_the_ladder_never_permits_more_than_the_account_deserves(equities, flat):
    bars = [bar(day, e, is_flat=f) for day, (e, f) in enumerate(zip(equities, flat, strict=False))]
    states, notices = play(step_drawdown, DrawdownLadder(), bars, PROFILE)
    peak, releases = 0.0, 0
    for seen, state, found in zip(bars, states, notices, strict=True):
        releases = 0 if seen.equity >= peak else releases
        peak = max(peak, seen.equity)
        assert state.peak == peak
        fallen = 1 - seen.equity / peak
        size = state.size_multiplier(PROFILE)
        if fallen > 0.30 + 1e-9:
            assert size == 0.0
        if fallen > 0.15 + 1e-9:
            assert size <= 0.25
        releases += sum(notice.level == "info" and "without position" in notice.text for notice in found)
        assert state.releases == releases <= PROFILE.max_releases


@settings(derandomize=True, max_examples=100, deadline=None)
@given(wobble=st.lists(st.floats(79.01, 83.9), max_size=40))
def test_an_account_that_trembles_around_a_rung_is_halved_once(wobble):
    _, found = climb([100, 80, *wobble])
    assert sorted(chain(*found)) == [DENY, REDUCE]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(path=equities, deeper=st.floats(0.5, 1.0))
def test_in_one_step_a_deeper_fall_never_permits_more(path, deeper):
    states, _ = climb(path, is_flat=True)
    shallow, _ = step_drawdown(states[-1], bar(len(path), path[-1]), PROFILE)
    deep, _ = step_drawdown(states[-1], bar(len(path), path[-1] * deeper), PROFILE)
    assert deep.size_multiplier(PROFILE) <= shallow.size_multiplier(PROFILE)
