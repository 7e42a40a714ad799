from __future__ import annotations

from itertools import accumulate, pairwise
from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.exits.break_even import break_even
from bt_risk.rules.exits.chandelier import chandelier
from bt_risk.rules.exits.fixed_trail import fixed_trail
from bt_risk.rules.exits.next_stop import StopMove, next_stop
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.profile import MODERATE

small = settings(derandomize=True, max_examples=150, deadline=None)

FIXED = MODERATE.replace(trail="fixed", trail_fraction=0.02, trail_activation_gain=0.01)
CHANDELIER = MODERATE.replace(trail="chandelier", trail_atr=2.5, trail_activation=1.0)
BREAK_EVEN = MODERATE.replace(trail="none", break_even=1.0)


@pytest.mark.parametrize(
    ("best", "is_long", "expected"),
    [
        (100.99, True, nan),
        (101.0 * (1 - 2e-9), True, nan),
        (101.0 * (1 - 1e-12), True, 98.98),
        (101.0, True, 98.98),  # the level may still lie below the entry
        (103.0, True, 100.94),
        (99.01, False, nan),
        (99.0, False, 100.98),
        (97.0, False, 98.94),
        (nan, True, nan),
    ],
)
def test_a_fixed_trail_begins_at_its_activation(best, is_long, expected):
    level = fixed_trail(100.0, best, is_long=is_long, profile=FIXED)
    assert level == pytest.approx(expected, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("best", "risk", "atr", "is_long", "expected"),
    [
        (104.99, 5.0, 2.0, True, nan),
        (105.0, 5.0, 2.0, True, 100.0),
        (110.0, 5.0, 2.0, True, 105.0),
        (95.01, 5.0, 2.0, False, nan),
        (95.0, 5.0, 2.0, False, 100.0),
        (90.0, 5.0, 2.0, False, 95.0),
        (110.0, nan, 2.0, True, nan),
        (110.0, 5.0, nan, True, nan),
        (nan, 5.0, 2.0, True, nan),
        (105.0, 5.0, 42.0, True, nan),  # 105 below the high of 105
    ],
)
def test_a_chandelier_hangs_from_the_best_price_once_one_r_is_earned(best, risk, atr, is_long, expected):
    level = chandelier(100.0, best, risk=risk, atr=atr, is_long=is_long, profile=CHANDELIER)
    assert level == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("best", "risk", "is_long", "expected"),
    [
        (104.99, 5.0, True, nan),
        (105.0, 5.0, True, 100.0),
        (120.0, 5.0, True, 100.0),
        (95.01, 5.0, False, nan),
        (95.0, 5.0, False, 100.0),
        (105.0, nan, True, nan),
    ],
)
def test_the_stop_goes_to_the_entry_at_its_multiple_of_the_risk(best, risk, is_long, expected):
    level = break_even(100.0, best, risk=risk, is_long=is_long, profile=BREAK_EVEN)
    assert level == pytest.approx(expected, nan_ok=True)


def test_the_multiple_for_break_even_can_be_chosen():
    later = MODERATE.replace(break_even=1.5)
    assert isnan(break_even(100.0, 107.4, risk=5.0, is_long=True, profile=later))
    assert break_even(100.0, 107.5, risk=5.0, is_long=True, profile=later) == 100.0
    assert isnan(break_even(100.0, 200.0, risk=5.0, is_long=True, profile=MODERATE))


def follow(profile, entry, stop, bests, *, is_long=True, risk=5.0, atr=2.0):
    """Return the moves over a series of best prices, None where the stop stayed."""

    def step(before, best):
        current = before[0]
        move = next_stop(current, entry, best, risk=risk, atr=atr, is_long=is_long, profile=profile)
        return (current if move is None else move.stop, move)

    return [state[1] for state in accumulate(bests, step, initial=(stop, None))][1:]


def test_a_fixed_trail_moves_only_towards_the_price():
    moves = follow(FIXED, 100.0, 98.0, [100.5, 101, 103, 102, 103.5])
    assert [move and move.stop for move in moves] == [
        None,
        pytest.approx(98.98),
        pytest.approx(100.94),
        None,
        pytest.approx(101.43),
    ]
    assert {move.reason for move in moves if move} == {ExitReason.TRAIL}


def test_the_highest_trail_below_a_target_of_a_twenty_fifth():
    assert follow(FIXED, 100.0, 98.0, [104])[0].stop == pytest.approx(101.92)


def test_the_tighter_of_trail_and_break_even_is_named():
    both = MODERATE.replace(trail="chandelier", trail_atr=2.5, trail_activation=1.0, break_even=1.0)
    assert follow(both, 100.0, 95.0, [104, 105, 106]) == [
        None,
        StopMove(100.0, ExitReason.TRAIL),  # 105 - 2.5 * 2 is the entry as well
        StopMove(101.0, ExitReason.TRAIL),
    ]
    wide = both.replace(trail_atr=3.0)
    assert follow(wide, 100.0, 95.0, [105, 106, 107]) == [
        StopMove(100.0, ExitReason.BREAK_EVEN),  # the chandelier hangs at 99
        None,
        StopMove(101.0, ExitReason.TRAIL),
    ]


def test_a_short_is_trailed_downwards():
    assert follow(CHANDELIER, 100.0, 105.0, [96, 95, 93, 94], is_long=False) == [
        None,
        StopMove(100.0, ExitReason.TRAIL),
        StopMove(98.0, ExitReason.TRAIL),
        None,
    ]


@pytest.mark.parametrize("current", [None, nan])
def test_a_position_without_a_stop_gets_one_from_its_trail(current):
    move = next_stop(current, 100.0, 103.0, risk=nan, atr=nan, is_long=True, profile=FIXED)
    assert move == StopMove(pytest.approx(100.94), ExitReason.TRAIL)
    still = MODERATE.replace(trail="none")
    assert next_stop(current, 100.0, 103.0, risk=2.0, atr=1.0, is_long=True, profile=still) is None


@small
@given(
    bests=st.lists(st.one_of(st.floats(20, 200), st.just(nan)), min_size=1, max_size=20),
    atrs=st.lists(st.one_of(st.floats(0, 20), st.just(nan)), min_size=20, max_size=20),
    is_long=st.booleans(),
    profile=st.sampled_from(
        [FIXED, CHANDELIER, BREAK_EVEN, CHANDELIER.replace(break_even=0.5), FIXED.replace(break_even=2.0)]
    ),
)
def test_no_series_of_prices_ever_loosens_a_stop(bests, atrs, is_long, profile):
    stops = [95.0 if is_long else 105.0]
    for best, atr in zip(bests, atrs, strict=False):
        move = next_stop(stops[-1], 100.0, best, risk=5.0, atr=atr, is_long=is_long, profile=profile)
        if move is not None:
            assert move.reason in (ExitReason.TRAIL, ExitReason.BREAK_EVEN)
            stops.append(move.stop)
    assert all(after > before if is_long else after < before for before, after in pairwise(stops))


@small
@given(
    best=st.floats(20, 200),
    atr=st.floats(0, 20),
    profile=st.sampled_from([CHANDELIER, BREAK_EVEN, CHANDELIER.replace(break_even=0.5)]),
)
def test_a_short_mirrors_a_long(best, atr, profile):
    long = next_stop(None, 100.0, best, risk=5.0, atr=atr, is_long=True, profile=profile)
    short = next_stop(None, 100.0, 200.0 - best, risk=5.0, atr=atr, is_long=False, profile=profile)
    if long is None:
        assert short is None
    else:
        assert short == StopMove(pytest.approx(200.0 - long.stop), long.reason)
