"""A fee per order that takes much of what may be risked: the size is what is left, to the last digit."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import ROUND, calm, do, trade


def charge(fee):
    class Fee(bt.CommInfoBase):
        params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

        def _getcommission(self, size, price, pseudoexec):
            return fee if size else 0.0

    return lambda cerebro: cerebro.broker.addcommissioninfo(Fee())


FRACTIONS = ROUND.replace(lot=0.0)


@pytest.mark.parametrize("fee", [10.0, 250.0, 450.0, 495.0, 499.9])
def test_a_size_bears_both_fees_within_its_risk(fee):
    # 1 000 of risk less two fees, at 5 a unit.
    session = trade(calm(3), script={1: do("buy")}, profile=FRACTIONS, prepare=charge(fee))
    units = (1000 - 2 * fee) / 5
    assert session.fills == [(2, pytest.approx(units, rel=1e-9), 100)]
    assert session.heats[0] == pytest.approx((units * 5 + fee) / 100_000, rel=1e-9)


@pytest.mark.parametrize("fee", [500.0, 501.0, 5000.0])
@pytest.mark.parametrize("lot", [0.0, 1.0])
def test_fees_that_leave_nothing_are_a_denial(fee, lot):
    session = trade(calm(3), script={1: do("buy")}, profile=ROUND.replace(lot=lot), prepare=charge(fee))
    assert session.fills == []
    assert [(d.outcome, d.rule) for d in session.decisions] == [("denied", "risk_per_trade")]
    assert session.heats == [0, 0, 0]


def test_whole_lots_are_the_largest_that_bear_their_fees():
    # (1 000 - 2 x 450) / 5 = 20 units; 451 a fee leave 19.6.
    for fee, units in ((450.0, 20), (451.0, 19)):
        session = trade(calm(3), script={1: do("buy")}, prepare=charge(fee))
        assert session.fills == [(2, units, 100)]
