from __future__ import annotations

from math import inf, isnan, nan

import numpy as np
import pytest

from bt_risk.maths.drawdown import drawdown, drawdown_curve, loss_fraction, max_drawdown


@pytest.mark.parametrize(
    ("peak", "value", "expected"), [(600, 510, 0.15), (600, 600, 0), (600, 610, 0), (100, -20, 1.2)]
)
def test_a_drawdown_is_the_fall_from_the_peak(peak, value, expected):
    assert drawdown(peak, value) == pytest.approx(expected)


@pytest.mark.parametrize(("peak", "value"), [(0, 0), (-1, -2), (nan, 1), (1, nan)])
def test_a_drawdown_needs_a_peak_above_zero_and_a_value(peak, value):
    assert isnan(drawdown(peak, value))


def test_the_curve_measures_each_point_from_the_peak_so_far():
    # 100, 120, 90, 126: the trough is 30 under a peak of 120
    assert drawdown_curve([100, 120, 90, 126]) == pytest.approx([0, 0, 0.25, 0])


def test_a_missing_point_is_undefined_and_leaves_the_peak_alone():
    assert drawdown_curve([100, nan, 90]) == pytest.approx([0, nan, 0.1], nan_ok=True)
    assert drawdown_curve([100, inf, 90]) == pytest.approx([0, nan, 0.1], nan_ok=True)
    assert np.isnan(drawdown_curve([0, -1])).all()


@pytest.mark.parametrize(
    ("equity", "expected"),
    [([10000, 10500, 9975, 10800, 9180, 10000], 0.15), ([1, 2, 3], 0), ([100, nan, 90], 0.1)],
)
def test_the_maximum_is_the_deepest_point(equity, expected):
    assert max_drawdown(equity) == pytest.approx(expected)


@pytest.mark.parametrize("equity", [[], [nan], [0.0]])
def test_the_maximum_of_nothing_is_undefined(equity):
    assert isnan(max_drawdown(equity))


@pytest.mark.parametrize(
    ("pnl", "base", "expected"),
    [(-200, 1000, 0.2), (200, 1000, 0.0), (0.5, 1000, 0.0), (0, 1000, 0.0), (-24.99, 500, 0.04998)],
)
def test_a_loss_is_a_fraction_of_its_base_and_a_profit_is_none(pnl, base, expected):
    assert loss_fraction(pnl, base) == pytest.approx(expected)


@pytest.mark.parametrize(("pnl", "base"), [(nan, 1), (-1, 0), (-1, -1), (-1, nan)])
def test_a_loss_without_a_base_is_undefined(pnl, base):
    assert isnan(loss_fraction(pnl, base))
