"""Sizes that the user or a sizer names, also those that are none."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from tests.edge.market import ROUND, calm, do, trade


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_an_exit_of_no_number_never_reaches_the_broker(leave):
    session = trade(calm(6), script={1: do("buy"), 3: do(leave, size=math.nan)})
    assert session.position in (0, 200)
    assert math.isfinite(session.cash)


def test_selling_tenths_one_by_one_ends_exactly_flat():
    tenths = {bar: do("sell", size=0.1) for bar in range(3, 8)}
    session = trade(
        calm(11),
        script={1: do("buy", size=0.7), **tenths, 8: do("sell", size=0.2)},
        profile=ROUND.replace(lot=0.0),
    )
    assert session.position == 0
    assert session.live == []


class Silent(bt.Sizer):
    """A sizer that forgets to return anything; plain Backtrader then sends nothing."""

    def _getsizing(self, comminfo, cash, data, isbuy):
        return None


def test_a_sizer_without_an_answer_denies_instead_of_crashing():
    session = trade(calm(4), script={1: do("buy")}, prepare=lambda cerebro: cerebro.addsizer(Silent))
    assert session.decisions[0].outcome == "denied"


def test_wins_without_a_loss_are_no_reason_to_stop_trading():
    # Without a losing trade Kelly is undefined, not zero: it proposes nothing, and risk_per_trade decides.
    profile = ROUND.replace(sizing=("risk_per_trade", "kelly"), kelly_min_trades=2)
    rise = [(100 + 2 * day, 103 + 2 * day, 99 + 2 * day, 101 + 2 * day) for day in range(10)]
    script = {1: do("buy"), 2: do("close"), 3: do("buy"), 4: do("close"), 6: do("buy")}
    session = trade(rise, script=script, profile=profile)
    assert [pnl > 0 for _, pnl in session.trades] == [True, True]
    assert [d.rule for d in session.decisions if d.kind == "entry"] == ["risk_per_trade"] * 3
