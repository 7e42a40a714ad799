"""A user who trades by signals. Requires: a seed. Gives: `RiskSignals`."""

from __future__ import annotations

import random

import backtrader as bt

from bt_risk import RiskSignalStrategy
from tests.bench.requests import Requests


class Coin(bt.Indicator):
    """Points up or down on some bars, by seed and number of the bar."""

    lines = ("side",)
    params = (("seed", 0), ("chance", 0.4))

    def next(self):
        rng = random.Random(f"{self.p.seed}/signal/{len(self)}")
        self.lines.side[0] = rng.choice((1, -1)) if rng.random() < self.p.chance else 0


class RiskSignals(Requests, RiskSignalStrategy):
    """The user under a risk desk who leaves the calls to signals of both sides."""

    params = (("seed", 0), ("shorts", True), ("from_notices", 0.0), ("behind", 0.0), ("accumulates", False))

    def __init__(self):
        Requests.__init__(self)
        self.signal_add(bt.SIGNAL_LONGSHORT if self.p.shorts else bt.SIGNAL_LONG, Coin(seed=self.p.seed))

    def prenext(self):
        """The signals are not there yet."""

    def next(self):
        """Backtrader's own steps stand in for the calls."""

    def ask_once(self, rng):
        """A signal strategy asks for nothing of its own accord."""

    def buy(self, *args, **options):
        order = super().buy(*args, **options)
        self.note("signal", 0, 1, None, order, may_open=True)
        return order

    def sell(self, *args, **options):
        order = super().sell(*args, **options)
        self.note("signal", 0, -1, None, order, may_open=True)
        return order

    def close(self, *args, **options):
        held, order = self.held(0), super().close(*args, **options)
        self.note("close", 0, -1 if held > 0 else 1, None, order, may_open=False)
        return order
