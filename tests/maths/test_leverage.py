from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.maths.leverage import leveraged_pnl, loss_at_stop, margin_for_notional


def test_the_margin_is_the_notional_over_the_leverage():
    assert margin_for_notional(93.75, 3) == 31.25
    assert isnan(margin_for_notional(93.75, 0))
    assert isnan(margin_for_notional(93.75, nan))


@pytest.mark.parametrize(
    ("margin", "factor", "entry", "exit_price", "is_long", "expected"),
    [
        (31.25, 3, 623.45, 714.45, True, 91 / 623.45 * 93.75),
        (50, 2, 100, 91.25, False, 8.75),
        (50, 2, 100, 91.25, True, -8.75),
        (50, 2, 100, 100, True, 0),
    ],
)
def test_leverage_multiplies_the_move(margin, factor, entry, exit_price, is_long, expected):
    assert leveraged_pnl(margin, factor, entry, exit_price, is_long=is_long) == pytest.approx(expected)


@pytest.mark.parametrize(
    "case", [(50, 2, 0, 1), (50, 2, -1, 1), (50, 0, 1, 1), (50, nan, 1, 1), (50, 2, nan, 1)]
)
def test_a_leveraged_profit_needs_an_entry_and_a_leverage(case):
    assert isnan(leveraged_pnl(*case))


def test_the_loss_at_the_stop_is_that_of_the_notional():
    # 45.50 / 623.45 is 7.298 %, of 93.75
    assert loss_at_stop(31.25, 3, 623.45, 577.95) == pytest.approx(6.841968, abs=1e-6)
    assert loss_at_stop(50, 2, 100, 105, is_long=False) == pytest.approx(5)
    assert loss_at_stop(50, 2, 100, 105) == 0
