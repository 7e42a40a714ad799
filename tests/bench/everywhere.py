"""A user who asks for everything from every callback. Requires: a seed. Gives: `Everywhere`, a strategy."""

from __future__ import annotations

import random

import backtrader as bt

from tests.bench.requests import RiskRequests


class Everywhere(RiskRequests):
    """Ask from the notices of trades and of risk events, and from a timer, as well as from the usual places."""

    params = (("everywhere", 0.3),)

    def __init__(self):
        super().__init__()
        self._calls = 0

    def start(self):
        self.add_timer(bt.timer.SESSION_START)

    def notify_trade(self, trade):
        self.ask_from("trade")

    def notify_risk(self, event):
        self.ask_from("risk")

    def notify_timer(self, timer, when, *args, **kwargs):
        self.ask_from("timer")

    def begin(self, bar):
        # Before its own turn the strategy does not count the bar yet: the desk knows which one it is.
        assert self.bt_risk.heat >= 0.0
        super().begin(self.bt_risk.moment)

    def ask_from(self, place):
        self._calls += 1
        self.begin(len(self))
        rng = random.Random(f"{self.p.seed}/{place}/{self._calls}")
        if rng.random() < self.p.everywhere:
            self.ask_once(rng)
