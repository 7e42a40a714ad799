"""What the audit of trades has blamed and should not have: the broker moves a trail, and turns a loss over."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import UNCONTROLLED, RiskStrategy
from tests.bench.feed import rows_of
from tests.bench.run import audited

CALM = (100.0, 101.0, 99.0, 100.0)


class Sells(RiskStrategy):
    """Sell short on bar 1, by what the parameters say, and leave on bar 5."""

    params = (("how", {}),)

    def next(self):
        if len(self) == 1:
            self.sell(size=20, **self.p.how)
        if len(self) == 5:
            self.close()


def test_a_short_beyond_twice_its_price_without_short_cash_has_lost_what_its_record_says():
    # From 100 to 250: the account shows the 50 a share beyond 200 with the wrong sign while the short is held.
    bars = [*[CALM] * 3, *[(250.0, 251.0, 249.0, 250.0)] * 4]
    run = audited(
        (rows_of(bars),),
        strategy=Sells,
        profile=UNCONTROLLED,
        prepare=lambda cerebro: cerebro.broker.set_shortcash(False),
    )
    assert run.audit.equity[:5] == [100_000, 100_000, 100_000, 99_000, 99_000]
    assert run.audit.equity[6] == 97_000
    assert run.strategy.bt_risk.trades[0].realised == -3_000
    assert run.problems == []


def test_a_trail_that_fills_in_parts_is_quoted_where_it_stood_for_each():
    # A trail 2 % below: met at 98, then at 99.96 from a close of 102, then passed by an opening of 100 below 101.92.
    bars = [CALM, (101.0, 102.0, 97.0, 102.0), (101.0, 103.0, 99.0, 103.0), (104.0,) * 4, *[CALM] * 6]
    run = audited(
        (rows_of(bars),),
        strategy=Sells,
        profile=UNCONTROLLED,
        filler=bt.broker.fillers.FixedSize(size=8),
        how={"exectype": bt.Order.StopTrail, "trailpercent": 0.02},
    )
    (record,) = run.strategy.bt_risk.trades
    assert [(one.units, one.quote) for one in record.entries] == [
        (8, 98),
        (8, pytest.approx(99.96)),
        (4, 100),
    ]
    assert run.problems == []
