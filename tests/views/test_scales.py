from __future__ import annotations

import pytest

from bt_risk.views.plots.scales import log_ticks


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (900, 2_000_000, [1_000, 10_000, 100_000, 1_000_000]),
        (9_000, 400_000, [10_000, 30_000, 100_000, 300_000]),
        (45_000, 520_000, [50_000, 100_000, 200_000, 500_000]),
        (80_000, 210_000, [80_000, 90_000, 100_000, 120_000, 140_000, 160_000, 180_000, 200_000]),
        (98_000, 103_000, [98_000, 99_000, 100_000, 101_000, 102_000, 103_000]),
    ],
)
def test_ticks_of_a_log_scale_are_round_and_at_least_four(low, high, ticks):
    assert log_ticks(low, high) == pytest.approx(ticks)
