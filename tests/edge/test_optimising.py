"""`optstrategy` on two processes: profiles and params travel, and so do the results."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import CONSERVATIVE, RiskStrategy
from bt_risk.analyzers import HeatAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import ROUND, calm


class OneTrade(RiskStrategy):
    params = (("size", 1), ("stop_at", 95.0))

    def __init__(self):
        self.told = []

    def notify_risk(self, event):
        self.told.append(event.kind)

    def next(self):
        if len(self) == 2:
            self.buy(size=self.p.size, stop=self.p.stop_at, target=110)
        elif len(self) == 5:
            self.close()


def optimise(maxcpus, optreturn):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=maxcpus, optreturn=optreturn)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(8))))
    cerebro.optstrategy(OneTrade, profile=[ROUND, CONSERVATIVE, "moderate"], size=[10, 20])
    cerebro.addanalyzer(HeatAnalyzer)
    return [runs[0] for runs in cerebro.run()]


@pytest.mark.parametrize("optreturn", [True, False])
def test_two_processes_give_what_one_gives(optreturn):
    one, two = (
        [
            (run.p.size, getattr(run.p.profile, "name", run.p.profile), run.analyzers[0].get_analysis())
            for run in optimise(maxcpus, optreturn)
        ]
        for maxcpus in (1, 2)
    )
    assert one == two
    assert [(size, name) for size, name, _ in one] == [
        (size, name) for name in ("round", "conservative", "moderate") for size in (10, 20)
    ]
    # 5 a unit on 100 000
    assert [heat["heat"]["max"] for _, _, heat in one] == pytest.approx([0.0005, 0.001] * 3)


def test_whole_strategies_come_back_with_their_desks():
    runs = optimise(2, optreturn=False)
    assert [[d.kind for d in run.bt_risk.decisions] for run in runs] == [["entry", "exit"]] * 6
    assert {run.bt_risk.profile.name for run in runs} == {"round", "conservative", "moderate"}
