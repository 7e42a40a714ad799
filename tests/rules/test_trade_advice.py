"""Advice on a record of trades: a win rate above a half or wins above twice a loss, and a mean above zero."""

from __future__ import annotations

from math import nan

import pytest

from bt_risk.rules.trade_advice import advise_on_trades


@pytest.mark.parametrize(
    ("trades", "win_rate", "payoff", "mean_r", "kinds"),
    [
        (20, 0.6, 2.5, 0.9, []),
        (20, 0.6, 1.0, 0.2, []),
        (20, 0.4, 2.5, 0.4, []),
        (20, 0.5, 2.0, 0.5, ["win_rate", "payoff"]),
        (20, 0.5 + 1e-12, 2.0, 0.5, ["win_rate", "payoff"]),
        (20, 0.45, 1.5, 0.1, ["win_rate", "payoff"]),
        (20, 0.6, 0.5, -0.1, ["expectancy"]),
        (20, 0.5, 1.0, 0.0, ["expectancy"]),
        (19, 0.1, 0.1, -0.8, []),
        (20, 0.45, nan, nan, ["win_rate"]),
        (20, nan, nan, nan, []),
    ],
)
def test_a_record_that_wins_too_seldom_or_too_little_is_told_so(trades, win_rate, payoff, mean_r, kinds):
    assert [advice.kind for advice in advise_on_trades(trades, win_rate, payoff, mean_r)] == kinds


def test_the_advice_names_the_numbers():
    texts = [advice.text for advice in advise_on_trades(40, 0.45, 1.5, 0.1)]
    assert texts == [
        "win more often: 45% of 40 trades won, aim above 50%",
        "win more each time: a win is 1.50 times a loss, aim above 2",
    ]
