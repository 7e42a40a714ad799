"""Which protective stops can act on the bar of their own entry."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.backtrader.play import LIMIT, STOP, each, play, send, with_stop

# Signal on bar 1, entry at the open of bar 2, whose low is under a stop at 95; bar 3 opens at 93.
DIP = [(100, 100, 100, 100), (100, 101, 90, 92), (93, 94, 92, 93), (93, 94, 92, 93)]
SPIKE = [(100, 100, 100, 100), (100, 110, 99, 108), (107, 108, 106, 107), (107, 108, 106, 107)]


def test_a_bracket_child_waits_for_the_bar_after_the_entry():
    bracket = send("group", "buy_bracket", size=10, exectype=bt.Order.Market, stopprice=95, limitexec=None)
    assert play(DIP, script={1: bracket}).fills == [(2, 10, 100), (3, -10, 93)]


def test_an_activated_child_stops_out_on_the_entry_bar():
    played = play(DIP, script={1: with_stop(stop=95)})
    assert played.fills == [(2, 10, 100), (2, -10, 95)]
    assert played.statuses("stop") == ["Accepted", "Completed"]


def test_an_activated_child_of_a_short_stops_out_on_the_entry_bar():
    played = play(SPIKE, script={1: with_stop(buy=False, stop=105)})
    assert played.fills == [(2, -10, 100), (2, 10, 105)]


def test_an_activated_child_works_in_next_mode():
    played = play(DIP, script={1: with_stop(stop=95)}, runonce=False, preload=False)
    assert played.fills == [(2, 10, 100), (2, -10, 95)]


def test_an_entry_gapping_under_its_stop_is_filled_and_stopped_at_the_same_open():
    gap = [(100, 100, 100, 100), (90, 91, 89, 90), (90, 90, 90, 90)]
    assert play(gap, script={1: with_stop(stop=95)}).fills == [(2, 10, 90), (2, -10, 90)]


def test_an_activated_child_dies_with_an_entry_that_cannot_be_paid():
    played = play(DIP, script={1: with_stop(size=200, stop=95)})
    assert played.fills == []
    assert played.statuses("entry") == ["Accepted", "Margin"]
    assert played.statuses("stop") == ["Accepted", "Canceled"]


def test_an_activated_child_dies_with_a_cancelled_entry():
    entry = with_stop(stop=95)
    played = play(DIP, script={1: each(entry, lambda s: s.cancel(s.sent["entry"]))})
    assert played.fills == []
    assert played.statuses("stop") == ["Accepted", "Canceled"]


def test_cancelling_the_child_takes_the_entry_with_it():
    # So the stop of an entry that is not filled yet can be moved, and never cancelled to be replaced.
    played = play(DIP, script={1: each(with_stop(stop=95), lambda s: s.cancel(s.sent["stop"]))})
    assert played.fills == []
    assert played.statuses("entry") == ["Accepted", "Canceled"]


def test_after_the_entry_is_filled_cancelling_the_child_leaves_the_position():
    calm = [(100, 101, 99, 100)] * 4
    played = play(calm, script={1: with_stop(stop=95), 2: lambda s: s.cancel(s.sent["stop"])})
    assert played.statuses("stop") == ["Accepted", "Canceled"]
    assert played.position == 10


def test_a_bare_stop_fires_although_its_entry_was_refused():
    entry = send("entry", "buy", size=200)
    stop = send("stop", "sell", size=200, exectype=STOP, price=95, _checksubmit=False)
    assert play(DIP, script={1: each(entry, stop)}).position == -200


def test_a_bare_stop_fires_before_a_limit_entry_that_has_not_filled():
    away = [(100, 100, 100, 100), (100, 101, 94, 100), (100, 101, 99, 100)]
    entry = send("entry", "buy", size=10, exectype=LIMIT, price=80)
    stop = send("stop", "sell", size=10, exectype=STOP, price=95)
    assert play(away, script={1: each(entry, stop)}).position == -10


def test_an_activated_child_of_a_limit_entry_fires_on_its_own():
    # Why only Market entries may carry an activated child.
    away = [(100, 100, 100, 100), (100, 101, 94, 100), (100, 101, 99, 100)]
    played = play(away, script={1: with_stop(stop=95, exectype=LIMIT, price=80)})
    assert played.fills == [(2, -10, 95)]
    assert played.statuses("entry")[-1] == "Canceled"


def test_a_stop_sent_from_notify_order_acts_from_the_next_bar():
    def protect(strategy, order):
        if order.status == order.Completed and order.isbuy():
            strategy.sell(size=10, exectype=STOP, price=95, _checksubmit=False)

    played = play(DIP, script={1: send("entry", "buy", size=10)}, on_order=protect)
    assert played.fills == [(2, 10, 100), (3, -10, 93)]


@pytest.mark.parametrize("checked", [True, False])
def test_the_flag_of_the_last_order_governs_the_group(checked):
    def act(s):
        parent = s.buy(size=10, transmit=False, _checksubmit=not checked)
        s.sent["entry"] = parent
        s.sent["stop"] = s.sell(size=10, exectype=STOP, price=95, parent=parent, _checksubmit=checked)

    played = play(DIP, script={1: act})
    first = "Submitted" if checked else "Accepted"
    assert played.statuses("entry")[0] == played.statuses("stop")[0] == first


def test_two_entries_of_one_bar_keep_their_own_stops():
    # 10 @ 100 with a stop at 95 and 5 @ 100 with a stop at 91: both are hit inside bar 2.
    script = {1: each(with_stop("a", stop=95), with_stop("b", size=5, stop=91))}
    assert play(DIP, script=script).fills == [(2, 10, 100), (2, -10, 95), (2, 5, 100), (2, -5, 91)]
