"""Checked and unchecked orders: which queue they enter, when they can be withdrawn, what is checked."""

from __future__ import annotations

import datetime as dt

import backtrader as bt

from tests.backtrader.play import LIMIT, STOP, cancel, each, play, send

FLAT = [(100, 101, 99, 100)] * 5


def test_a_checked_order_cannot_be_cancelled_in_its_own_bar():
    dips = [*FLAT[:2], (100, 101, 90, 92)]
    order = send("stop", "sell", size=1, exectype=STOP, price=95)
    played = play(dips, script={1: each(order, cancel("stop"))})
    assert played.statuses("stop") == ["Submitted", "Accepted", "Completed"]
    assert played.fills == [(3, -1, 95)]


def test_a_checked_order_can_be_cancelled_from_the_next_bar_on():
    order = send("stop", "sell", size=1, exectype=STOP, price=95)
    played = play(FLAT, script={1: order, 2: cancel("stop")})
    assert played.statuses("stop") == ["Submitted", "Accepted", "Canceled"]


def test_an_unchecked_order_can_be_cancelled_in_its_own_bar():
    order = send("stop", "sell", size=1, exectype=STOP, price=95, _checksubmit=False)
    played = play(FLAT, script={1: each(order, cancel("stop"))})
    assert played.statuses("stop") == ["Accepted", "Canceled"]


def test_an_unchecked_order_is_accepted_without_a_submitted_notice():
    played = play(FLAT, script={1: send("entry", "buy", size=1, _checksubmit=False)})
    assert played.statuses("entry") == ["Accepted", "Completed"]


def test_unchecked_orders_stand_before_the_checked_orders_of_their_bar():
    bars = [(100, 100, 100, 100), (100, 101, 90, 92)]
    checked = send("entry", "buy", size=10)
    unchecked = send("stop", "sell", size=10, exectype=STOP, price=95, _checksubmit=False)
    assert play(bars, script={1: each(checked, unchecked)}).fills == [(2, -10, 95), (2, 10, 100)]


def test_unchecked_orders_fill_in_the_order_sent():
    bars = [(100, 100, 100, 100), (100, 101, 90, 92)]
    names = ["a", "b", "c"]
    script = {1: each(*(send(n, "buy", size=k, _checksubmit=False) for k, n in enumerate(names, 1)))}
    assert play(bars, script=script).fills == [(2, 1, 100), (2, 2, 100), (2, 3, 100)]


def test_an_unchecked_order_meets_the_cash_check_only_at_its_fill():
    played = play(FLAT, script={1: send("entry", "buy", size=101, _checksubmit=False)})
    assert played.statuses("entry") == ["Accepted", "Margin"]
    assert played.position == 0


def test_an_unaffordable_order_starves_every_later_checked_order_of_its_batch():
    # 200 x 100 costs more than 10000: the running cash stays negative, and the stop dies with it.
    entry = send("entry", "buy", size=10)
    greedy = send("greedy", "buy", size=200)
    stop = send("stop", "sell", size=5, exectype=STOP, price=95)
    played = play(FLAT, script={1: entry, 2: each(greedy, stop)})
    assert played.statuses("stop") == ["Submitted", "Margin"]


def test_a_stop_sent_before_the_unaffordable_order_survives():
    entry = send("entry", "buy", size=10)
    greedy = send("greedy", "buy", size=200)
    stop = send("stop", "sell", size=5, exectype=STOP, price=95)
    played = play(FLAT, script={1: entry, 2: each(stop, greedy)})
    assert played.statuses("stop") == ["Submitted", "Accepted"]


def test_an_unchecked_stop_survives_wherever_it_stands():
    entry = send("entry", "buy", size=10)
    greedy = send("greedy", "buy", size=200)
    stop = send("stop", "sell", size=5, exectype=STOP, price=95, _checksubmit=False)
    played = play(FLAT, script={1: entry, 2: each(greedy, stop)})
    assert played.statuses("stop") == ["Accepted"]


def test_closing_twice_in_a_bar_opens_a_short():
    script = {1: send("entry", "buy", size=10), 2: each(send("a", "close"), send("b", "close"))}
    assert play(FLAT, script=script).position == -10


def test_order_target_size_does_not_see_pending_orders():
    target = send("target", "order_target_size", target=10)
    assert play(FLAT, script={1: each(target, target)}).position == 20


def test_a_limit_of_the_wrong_side_of_the_market_fills_at_the_better_open():
    played = play(FLAT, script={1: send("entry", "buy", size=1, exectype=LIMIT, price=150)})
    assert played.fills == [(2, 1, 100)]


def test_valid_as_a_timedelta_expires_and_notifies():
    order = send("entry", "buy", size=1, exectype=LIMIT, price=50, valid=dt.timedelta(days=2))
    played = play(FLAT, script={1: order})
    assert played.notices[-1] == (4, "entry", "Expired")


def test_valid_as_zero_never_expires():
    played = play(FLAT, script={1: send("entry", "buy", size=1, exectype=LIMIT, price=50, valid=0)})
    assert "Expired" not in played.statuses("entry")


def test_valid_as_a_small_number_expires_at_once():
    # Meant as "two days from now" by some; it is compared with the absolute day number.
    played = play(FLAT, script={1: send("entry", "buy", size=1, exectype=LIMIT, price=50, valid=2.0)})
    assert played.notices[-1] == (2, "entry", "Expired")


def test_a_day_order_on_daily_bars_expires_before_any_fill():
    order = send("entry", "buy", size=1, exectype=LIMIT, price=100, valid=bt.Order.DAY)
    assert play(FLAT, script={1: order}).statuses("entry") == ["Submitted", "Accepted", "Expired"]


def test_a_market_order_never_expires():
    order = send("entry", "buy", size=1, valid=dt.datetime(2000, 1, 1))
    assert play(FLAT, script={1: order}).statuses("entry")[-1] == "Completed"
