"""What survives the trip from an optimisation's worker processes."""

from __future__ import annotations

import pickle

import backtrader as bt
import pytest

from tests.backtrader.play import STOP, FreshBarOnly, broker_cerebro

BARS = [(100, 101, 99, 100)] * 4


class Gated(bt.Strategy):
    """A Market entry and its stop, both with a gate on the instance; the stop is alive at the end."""

    params = (("price", 95), ("gate", FreshBarOnly))

    def __init__(self):
        self.orders = []

    def next(self):
        if len(self) != 1:
            return
        parent = self.buy(size=10, transmit=False, _checksubmit=False)
        child = self.sell(size=10, exectype=STOP, price=self.p.price, parent=parent, _checksubmit=False)
        child.activate()
        for order in (parent, child):
            order.active = self.p.gate(order)
            self.orders.append(order)


class Keeps(bt.Analyzer):
    """Keep the notified clones, which carry the gate along."""

    def start(self):
        self.orders = []

    def notify_order(self, order):
        self.orders.append(order)

    def get_analysis(self):
        return {"fills": sum(bool(order.executed.size) for order in self.orders)}


def lambda_gate(order):
    return lambda: True


def optimise(gate=FreshBarOnly, **modes):
    cerebro = broker_cerebro(BARS, maxcpus=2, **modes)
    cerebro.addanalyzer(Keeps)
    cerebro.optstrategy(Gated, price=[95, 96], gate=[gate])
    return [run for (run,) in cerebro.run()]


def test_strategies_with_gated_orders_come_back_whole():
    runs = optimise(optreturn=False)
    assert [run.p.price for run in runs] == [95, 96]
    for run in runs:
        entry, stop = run.orders
        assert (entry.status, stop.status) == (bt.Order.Completed, bt.Order.Accepted)
        assert isinstance(stop.active, FreshBarOnly)
        assert run.analyzers[0].get_analysis() == {"fills": 1}


def test_analyzers_with_gated_clones_come_back_with_optreturn():
    assert [run.analyzers[0].get_analysis() for run in optimise()] == [{"fills": 1}] * 2


def test_a_closure_on_an_order_does_not_survive():
    cerebro = broker_cerebro(BARS)
    cerebro.addstrategy(Gated, gate=lambda_gate)
    (strategy,) = cerebro.run()
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(strategy.orders)


def test_a_class_made_inside_a_function_does_not_survive():
    class Local(Gated):
        pass

    cerebro = broker_cerebro(BARS)
    cerebro.addstrategy(Local)
    (strategy,) = cerebro.run()
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(strategy)
