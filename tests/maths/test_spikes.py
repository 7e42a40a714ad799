from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.maths.spikes import is_spike, z_score


def test_the_score_counts_deviations_from_the_mean():
    assert z_score(7, 1, 2) == 3
    assert z_score(-5, 1, 2) == -3
    assert isnan(z_score(1, 1, 0))
    assert isnan(z_score(1, 1, nan))


@pytest.mark.parametrize(
    ("value", "deviation", "expected"),
    [(2.99, 1, False), (3.0, 1, True), (3 - 1e-10, 1, True), (-3.5, 1, True), (9, 0, False), (nan, 1, False)],
)
def test_a_spike_starts_at_its_threshold(value, deviation, expected):
    assert is_spike(value, 0, deviation) is expected


def test_the_threshold_can_be_moved():
    assert is_spike(2, 0, 1, threshold=2)
    assert not is_spike(3, 0, 1, threshold=4)
