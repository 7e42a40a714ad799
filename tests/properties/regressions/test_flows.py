"""Deposits and withdrawals that the bench found to switch off the halts."""

from __future__ import annotations

import math

from bt_risk import MODERATE, RiskStrategy
from tests.bench.feed import rows_of
from tests.bench.run import audited

CLOSES = (100.0, 100.0, 100.0, math.nan, 100.0, 80.0, 80.0)
BARS = rows_of([(close, close, close, close) for close in CLOSES])


class Pays(RiskStrategy):
    """Pay in on bar 4, which has no price, and hold a large position past the desk over the fall of bar 6."""

    def __init__(self):
        self.strangers = set()
        self.losses = []

    def next(self):
        if len(self) == 1:
            self.strangers.add(self.broker.buy(self, self.data, size=500).ref)
        if len(self) == 4:
            self.broker.add_cash(100.0)
        self.losses.append(self.bt_risk.daily_loss)


def test_money_paid_in_while_the_value_is_none_leaves_the_halts_at_work():
    # 500 shares from 100 to 80 are 10,000 of about 100,000.
    profile = MODERATE.replace(
        stop="fixed",
        fixed_stop=0.5,
        trail="none",
        max_heat=None,
        target_heat=None,
        allocation="risk_per_trade",
    )
    losses = audited((BARS,), strategy=Pays, profile=profile).strategy.losses
    assert math.isclose(losses[5], 10_000 / 100_100, rel_tol=0.01)
