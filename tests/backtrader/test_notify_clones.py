"""What `notify_order` is given, and how an order can be hidden from the user but not from analyzers."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.backtrader.play import STOP, broker_cerebro, play, send

FLAT = [(100, 101, 99, 100)] * 3


def collect(**script):
    seen = []
    played = play(FLAT, script={1: send("entry", "buy", **script)}, on_order=lambda s, o: seen.append((s, o)))
    return played, [order for _, order in seen]


def test_the_notice_is_a_clone_equal_by_ref():
    played, orders = collect(size=1)
    live = played.strategy.sent["entry"]
    assert all(order is not live and order == live for order in orders)


def test_each_clone_keeps_the_status_of_its_moment():
    _, orders = collect(size=1)
    assert [order.status for order in orders] == [bt.Order.Submitted, bt.Order.Accepted, bt.Order.Completed]


def test_created_is_shared_with_the_live_order_and_executed_is_not():
    played, orders = collect(size=1)
    live = played.strategy.sent["entry"]
    assert all(order.created is live.created for order in orders)
    assert all(order.executed is not live.executed for order in orders)


def test_info_is_shared_and_carries_unknown_arguments():
    played, orders = collect(size=1, purpose="entry")
    assert {order.info["purpose"] for order in orders} == {"entry"}
    assert orders[0].info is played.strategy.sent["entry"].info


def test_reading_an_unknown_key_of_info_as_an_attribute_creates_it():
    played, _ = collect(size=1)
    info = played.strategy.sent["entry"].info
    assert "stop" not in info
    assert not info.stop
    assert "stop" in info


class Hides(bt.Strategy):
    """Hide the stop's notices from `notify_order`: on the clone, before Backtrader's own loop."""

    params = (("hide", True),)

    def __init__(self):
        self.heard = []

    def _notify(self, qorders=[], qtrades=[]):  # noqa: B006 - Backtrader's own signature
        if self.p.hide:
            for clone in qorders or self._orderspending:
                if clone.issell():
                    clone.Historical = clone.exectype
                    clone.histnotify = False
        super()._notify(qorders=qorders, qtrades=qtrades)

    def notify_order(self, order):
        self.heard.append((order.getordername(), order.getstatusname()))

    def notify_trade(self, trade):
        self.heard.append(("trade", trade.isclosed))

    def next(self):
        if len(self) == 1:
            parent = self.buy(size=10, transmit=False, _checksubmit=False)
            self.kept = self.sell(size=10, exectype=STOP, price=95, parent=parent, _checksubmit=False)
            self.kept.activate()


class Hears(bt.Analyzer):
    def start(self):
        self.heard = []

    def notify_order(self, order):
        self.heard.append((order.exectype, order.getordername(), order.getstatusname()))


def hidden(hide=True, **modes):
    bars = [FLAT[0], FLAT[0], (100, 101, 94, 95), FLAT[0]]
    cerebro = broker_cerebro(bars, **modes)
    cerebro.addanalyzer(Hears)
    cerebro.addstrategy(Hides, hide=hide)
    (strategy,) = cerebro.run()
    return strategy


ENGINES = [{}, {"runonce": False}, {"preload": False}, {"exactbars": 1}, {"quicknotify": True}]


@pytest.mark.parametrize("modes", ENGINES)
def test_a_hidden_stop_reaches_the_analyzers_and_trades_but_not_the_user(modes):
    strategy = hidden(**modes)
    assert strategy.heard == [
        ("Market", "Accepted"),
        ("Market", "Completed"),
        ("trade", False),
        ("trade", True),
    ]
    assert [notice for notice in strategy.analyzers[0].heard if notice[0] == STOP] == [
        (STOP, "Stop", "Accepted"),
        (STOP, "Stop", "Completed"),
    ]


def test_without_the_trick_the_user_hears_the_stop():
    assert ("Stop", "Completed") in hidden(hide=False).heard


def test_the_live_order_is_untouched_by_what_is_done_to_its_clone():
    order = hidden().kept
    assert order.Historical == bt.Order.Historical
    assert "Historical" not in vars(order)


def test_a_hidden_clone_is_kept_with_the_others_in_the_strategy():
    assert sum(order.issell() for order in hidden()._orders) == 2
