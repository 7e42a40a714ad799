"""Callbacks that come before the desk has opened its bar still meet the broker's state."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, STOP, Scripted, calm, do, trade


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


def buy_again_when_out(strategy, order):
    if not order.isbuy() and order.status == order.Completed:
        strategy.sent["again"] = strategy.buy()


def protect_when_bought(strategy, order):
    if order.isbuy() and order.status == order.Completed:
        strategy.sent["stop"] = strategy.sell(exectype=STOP, price=96)
        strategy.sent["target"] = strategy.sell(exectype=LIMIT, price=110, oco=strategy.sent["stop"])


def cancel_when_accepted(strategy, order):
    if order.isbuy() and order.status == order.Accepted:
        strategy.cancel(strategy.sent["buy"])


def seen(session):
    """Return the fills without their bars: under quicknotify a notice comes before the strategy's bar counts."""
    return [(size, price) for _, size, price in session.fills]


@pytest.mark.parametrize("quicknotify", [False, True])
@pytest.mark.parametrize(
    ("on_order", "script", "bars", "fills"),
    [
        (
            buy_again_when_out,
            {1: do("buy"), 2: do("close")},
            [*calm(4), (100, 101, 94, 95)],
            [(200, 100), (-200, 100), (200, 100), (-200, 95)],
        ),
        (protect_when_bought, {1: do("buy")}, [*calm(3), (100, 101, 94, 95)], [(200, 100), (-200, 96)]),
        (protect_when_bought, {1: do("buy")}, [*calm(3), (100, 111, 99, 110)], [(200, 100), (-200, 110)]),
        (cancel_when_accepted, {1: do("buy", exectype=LIMIT, price=90)}, [*calm(3), (90, 91, 89, 90)], []),
    ],
)
def test_calls_from_notify_order_do_the_same_whenever_it_is_told(on_order, script, bars, fills, quicknotify):
    session = trade([*bars, CALM], script=script, on_order=on_order, quicknotify=quicknotify)
    assert seen(session) == fills
    assert session.is_covered


@pytest.mark.parametrize(
    "bars", [[CALM, (100, 101, 94, 96), CALM], [CALM, CALM, (90, 91, 89, 90)], [CALM, (94, 96, 93, 95), CALM]]
)
def test_quicknotify_changes_no_fill(bars):
    plain, quick = (trade([*bars, CALM], script={1: do("buy")}, quicknotify=quick) for quick in (False, True))
    assert seen(quick) == seen(plain)
    assert len(plain.fills) == 2
    assert quick.cash == plain.cash


def test_quicknotify_shows_the_desk_as_it_is_after_the_fill():
    heats = []

    def look(strategy, order):
        heats.append(
            (order.getstatusname(), round(strategy.bt_risk.open_heat, 6), strategy.bt_risk.positions)
        )

    trade(calm(3), script={1: do("buy")}, on_order=look, quicknotify=True)
    assert heats[-1] == ("Completed", 0.01, {"d0": 200})
