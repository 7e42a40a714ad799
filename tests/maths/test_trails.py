from __future__ import annotations

from itertools import accumulate
from math import nan

import pytest

from bt_risk.maths.trails import activated_trail, break_even_stop, r_ladder_stop


@pytest.mark.parametrize(
    ("prices", "initial", "is_long", "expected"),
    [
        # active from exactly +1 %; 102 would trail at 99.96, which is looser than 100.94
        ([100.5, 101, 103, 102, 103.5], 98, True, [98, 98.98, 100.94, 100.94, 101.43]),
        ([99.5, 99, 97, 98, 96.5], 102, False, [102, 100.98, 98.94, 98.94, 98.43]),
        ([nan, 104], 98, True, [98, 101.92]),
    ],
)
def test_a_trail_follows_from_its_activation_and_never_turns_back(prices, initial, is_long, expected):
    def trail(stop, price):
        return activated_trail(stop, 100, price, activation=0.01, distance=0.02, is_long=is_long)

    assert list(accumulate(prices, trail, initial=initial))[1:] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("current", "price", "is_long", "expected"),
    [
        (98, 101.99, True, 98),
        (98, 102, True, 100),
        (101, 103, True, 101),
        (102, 98.01, False, 102),
        (102, 98, False, 100),
        (nan, 102, True, 100),
        (98, nan, True, 98),
    ],
)
def test_the_stop_moves_to_the_entry_at_one_r(current, price, is_long, expected):
    initial = 98 if is_long else 102
    assert break_even_stop(current, 100, initial, price, is_long=is_long) == pytest.approx(
        expected, nan_ok=True
    )


def test_the_break_even_trigger_can_be_moved():
    assert break_even_stop(98, 100, 98, 102, trigger=1.5) == 98
    assert break_even_stop(98, 100, 98, 103, trigger=1.5) == 100


@pytest.mark.parametrize(
    ("price", "step", "expected"),
    [
        (99, 1, 98),
        (101.9, 1, 98),
        (102, 1, 100),
        (103.9, 1, 100),
        (104, 1, 102),
        (111, 1, 108),
        (101, 0.5, 100),
        (103, 0.5, 102),
        (106, 1.5, 103),  # the second rung is at 3 R, the one below it at 1.5 R
        (104, 0, 98),
        (104, -1, 98),
        (nan, 1, 98),
    ],
)
def test_the_ladder_keeps_one_rung_below_the_highest_reached(price, step, expected):
    assert r_ladder_stop(98, 100, 98, price, step=step) == pytest.approx(expected)


def test_the_ladder_of_a_short_mirrors_that_of_a_long():
    assert r_ladder_stop(102, 100, 102, 96, is_long=False) == 98
    assert r_ladder_stop(97, 100, 102, 96, is_long=False) == 97


def test_a_rung_reached_within_float_dust_is_reached():
    assert (1.0 - 0.8) / (0.8 - 0.7) < 2
    assert r_ladder_stop(0.7, 0.8, 0.7, 1.0) == pytest.approx(0.9)


def test_a_trail_is_that_of_a_long_unless_it_is_said():
    assert activated_trail(98, 100, 103, activation=0.01, distance=0.02) == pytest.approx(100.94)
    assert break_even_stop(98, 100, 98, 102) == 100
    assert r_ladder_stop(98, 100, 98, 104) == pytest.approx(102)
