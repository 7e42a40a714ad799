from __future__ import annotations

from math import nan

import pytest

from bt_risk.rules.halts.strategy_drawdown import StrategyDrawdown, step_strategy_drawdown
from bt_risk.rules.profile import MODERATE
from tests.rules.halts.days import bar

PROFILE = MODERATE.replace(max_strategy_drawdown=0.15)
HALTED, FREE = StrategyDrawdown(True), StrategyDrawdown()


def step(state, pnl, capital=1000.0, profile=PROFILE):
    return step_strategy_drawdown(state, bar(0, 100, strategy_pnl=pnl, strategy_capital=capital), profile)


@pytest.mark.parametrize(
    ("state", "pnl", "halted"),
    [
        (FREE, -149.99, False),
        (FREE, -150.0, True),
        (FREE, -150.0 * (1 - 1e-12), True),
        (FREE, -200.0, True),
        (FREE, 200.0, False),  # a fifth won is no drawdown
        (HALTED, -149.99, True),
        (HALTED, -120.01, True),
        (HALTED, -120.0, False),  # 80 % of the limit
        (HALTED, 200.0, False),
        (HALTED, nan, True),
        (FREE, nan, False),
    ],
)
def test_a_strategy_is_halted_by_its_losses_until_it_has_recovered(state, pnl, halted):
    after, notices = step(state, pnl)
    assert after.is_halted is halted
    assert [notice.level for notice in notices] == (
        [] if after == state else ["warning" if halted else "info"]
    )


@pytest.mark.parametrize("capital", [0.0, -1.0, nan])
def test_without_capital_there_is_no_fraction_to_lose(capital):
    assert step(FREE, -200.0, capital) == (FREE, ())


def test_without_a_limit_nothing_halts():
    assert step(FREE, -999.0, profile=MODERATE) == (FREE, ())


def test_a_limit_that_is_taken_away_takes_the_halt_with_it():
    assert step(HALTED, -999.0, profile=MODERATE) == (FREE, ())
