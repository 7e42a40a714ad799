"""Callbacks that come before the desk has opened its bar still meet the broker's state."""

from __future__ import annotations

import backtrader as bt

from tests.edge.market import Scripted, calm, do, trade


def close_when_bought(strategy, order):
    if order.isbuy() and order.status == order.Completed:
        strategy.sent["exit"] = strategy.close()


def test_close_from_notify_order_leaves_the_position_under_quicknotify():
    session = trade(calm(5), script={1: do("buy")}, on_order=close_when_bought, quicknotify=True)
    assert [(size, price) for _, size, price in session.fills] == [(200, 100), (-200, 100)]
    assert session.position == 0


class Timed(Scripted):
    """Close from a timer, which Backtrader calls between the broker and the strategy's own bar."""

    def start(self):
        self.add_timer(bt.timer.SESSION_START)

    def notify_timer(self, timer, when, *args, **kwargs):
        if self.position and not self.sent.get("exit"):
            self.sent["exit"] = self.close()


def test_close_from_a_timer_leaves_a_position_filled_on_this_bar():
    session = trade(calm(6), script={1: do("buy")}, strategy=Timed)
    assert [(size, price) for _, size, price in session.fills] == [(200, 100), (-200, 100)]
