"""Out at a loss, and into something else as soon as the fill is told of: the bar that took the loss answers.

400 units are bought at 100 on 100 000, and closed on day 2. Day 3 opens at 87.50: they have lost 5 000, which is 5 %;
at 87.51 it would be 4 996.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, do, trade

FLAT = (100.0,) * 4
HALTS = {
    "daily_loss": {"daily_loss": 0.05},
    "portfolio_drawdown": {"drawdown_halt": 0.05},
    "breaker": {"breaker_loss": 0.05},
    "strategy_drawdown": {"max_strategy_drawdown": 0.05},
    "emergency_stop": {"emergency_daily_loss": 0.0499},
}
MODES = [{}, {"quicknotify": True}, {"cheat_on_open": True}, {"runonce": False}]


def buy_another(strategy, order):
    """Buy d1 as soon as the exit is known to be filled: at the market, and at a limit that the next bar would reach."""
    if order.status == order.Completed and order.issell():
        strategy.buy(data=strategy.datas[1], size=10, stop=50)
        strategy.buy(data=strategy.datas[1], size=10, stop=50, exectype=LIMIT, price=110)


def run(price, limits, **mode):
    script = {1: do("buy", size=400, stop=80), 2: do("close")}
    bars = [FLAT, FLAT, *[(price,) * 4] * 3]
    return trade(
        bars, [FLAT] * 5, profile=WIDE.replace(**limits), script=script, on_order=buy_another, **mode
    )


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("halt", HALTS)
def test_at_the_limit_it_is_denied_on_that_very_bar(halt, mode):
    session = run(87.50, HALTS[halt], **mode)
    assert [fill[1:] for fill in session.fills] == [(400, 100), (-400, 87.50)]
    assert session.values[2] == 95_000.00
    asked = [d for d in session.decisions if d.data == "d1"]
    assert [(d.datetime.day, d.outcome, d.rule) for d in asked] == [(3, "denied", halt)] * 2
    assert session.position == 0


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("halt", [name for name in HALTS if name != "emergency_stop"])
def test_a_cent_before_it_it_is_taken(halt, mode):
    session = run(87.51, HALTS[halt], **mode)
    assert [d.outcome for d in session.decisions if d.data == "d1"] == ["accepted", "denied"]
    assert session.decisions[-1].rule == "one_position"
    assert session.position == 10
