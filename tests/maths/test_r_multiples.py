from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.maths.r_multiples import price_distance, r_level, r_multiple


def test_a_distance_is_a_fraction_of_the_entry():
    assert price_distance(100, 91.25) == 0.0875
    assert price_distance(100, 108.75) == 0.0875
    assert price_distance(-40, -38) == 0.05
    assert isnan(price_distance(0, 1))


@pytest.mark.parametrize(
    ("entry", "stop", "price", "is_long", "expected"),
    [
        (100, 98, 104, True, 2.0),
        (100, 98, 98, True, -1.0),
        (100, 98, 100, True, 0.0),
        (100, 97, 105, True, 5 / 3),
        (100, 102, 96, False, 2.0),
        (100, 102, 103, False, -1.5),
    ],
)
def test_r_measures_the_gain_in_initial_risks_and_back(entry, stop, price, is_long, expected):
    assert r_multiple(entry, stop, price, is_long=is_long) == pytest.approx(expected)
    assert r_level(entry, stop, expected, is_long=is_long) == pytest.approx(price)


@pytest.mark.parametrize(
    ("stop", "is_long"), [(100, True), (101, True), (100, False), (99, False), (nan, True)]
)
def test_r_is_undefined_without_risk(stop, is_long):
    assert isnan(r_multiple(100, stop, 104, is_long=is_long))
    assert isnan(r_level(100, stop, 2, is_long=is_long))
