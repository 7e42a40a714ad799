"""Cheat-on-open and cheat-on-close."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.backtrader.play import STOP, FreshBarOnly, Scripted, each, play, send, with_stop

BARS = [(100, 101, 99, 100), (102, 103, 94, 98), (97, 98, 96, 97)]
ONCE, NEXT = {"cheat_on_open": True}, {"cheat_on_open": True, "runonce": False}


class AtOpen(Scripted):
    """Run the script before the broker of bar n + 1, where `len(strategy)` is still n."""

    def next(self):
        pass

    def next_open(self):
        Scripted.next(self)

    def prenext_open(self):
        Scripted.next(self)


@pytest.mark.parametrize("modes", [ONCE, NEXT])
def test_an_order_of_next_open_fills_at_the_open_of_its_own_bar(modes):
    played = play(BARS, script={1: send("entry", "buy", size=10)}, strategy=AtOpen, **modes)
    assert played.fills == [(2, 10, 102)]


@pytest.mark.parametrize("modes", [ONCE, NEXT])
def test_next_open_already_sees_the_close_of_its_bar(modes):
    seen = []
    script = {1: lambda s: seen.append((len(s), len(s.data), s.data.open[0], s.data.close[0]))}
    play(BARS, script=script, strategy=AtOpen, **modes)
    assert seen == [(1, 2, 102, 98)]


@pytest.mark.parametrize("modes", [ONCE, NEXT])
def test_an_activated_child_of_next_open_stops_out_on_the_same_bar(modes):
    played = play(BARS, script={1: with_stop(stop=95)}, strategy=AtOpen, **modes)
    assert played.fills == [(2, 10, 102), (2, -10, 95)]


def test_a_bracket_child_of_next_open_waits_for_the_following_bar():
    bracket = send("entry", "buy_bracket", size=10, exectype=bt.Order.Market, stopprice=95, limitexec=None)
    bars = [*BARS[:2], (93, 94, 92, 93)]
    assert play(bars, script={1: bracket}, strategy=AtOpen, **ONCE).fills == [(2, 10, 102), (3, -10, 93)]


def test_under_cheat_on_open_an_order_of_next_still_fills_at_the_next_open():
    assert play(BARS, script={1: send("entry", "buy", size=10)}, **ONCE).fills == [(2, 10, 102)]


SPARSE = {1: (100, 101, 99, 100), 3: (105, 106, 104, 105)}


@pytest.mark.parametrize("modes", [ONCE, NEXT])
def test_under_cheat_on_open_a_market_order_fills_at_the_stale_open_of_an_absent_data(modes):
    # Sent on day 1; d1 has no day 2, yet the order is filled there, at the open of day 1 which is past.
    def act(s):
        s.buy(data=s.datas[1], size=10)

    assert play(BARS, SPARSE, script={1: act}, **modes).fills == [(2, 10, 100)]


@pytest.mark.parametrize("modes", [ONCE, NEXT])
def test_a_gated_market_order_waits_for_the_bar_of_its_own_data(modes):
    def act(s):
        order = s.buy(data=s.datas[1], size=10)
        order.active = FreshBarOnly(order)

    assert play(BARS, SPARSE, script={1: act}, **modes).fills == [(3, 10, 105)]


@pytest.mark.parametrize("modes", [ONCE, NEXT])
@pytest.mark.parametrize(("earlier", "bar"), [(0, 3), (1, 2)])
def test_a_gate_set_in_next_open_must_count_the_bar_already_there(modes, earlier, bar):
    # The data has delivered the bar the order is meant for: counted as placed after it, the order is late.
    def act(s):
        order = s.buy(size=10)
        order.active = FreshBarOnly(order, placed=len(s.data) - earlier)

    played = play(BARS, script={1: act}, strategy=AtOpen, **modes)
    assert [fill[0] for fill in played.fills] == [bar]


def test_the_cash_check_of_next_open_uses_the_open():
    # 97 x 102 fits in 10000, 99 x 102 does not, though 99 x 98 (the close) would.
    assert play(BARS, script={1: send("e", "buy", size=98)}, strategy=AtOpen, **ONCE).position == 98
    refused = play(BARS, script={1: send("e", "buy", size=99)}, strategy=AtOpen, **ONCE)
    assert refused.statuses("e") == ["Submitted", "Margin"]


def cheat_on_close(cerebro):
    cerebro.broker.set_coc(True)


def test_cheat_on_close_fills_a_market_order_at_the_close_of_its_own_bar():
    played = play(BARS, script={1: send("entry", "buy", size=10)}, prepare=cheat_on_close)
    assert played.fills == [(2, 10, 100)]


def test_cheat_on_close_can_be_refused_by_one_order():
    played = play(BARS, script={1: send("entry", "buy", size=10, coc=False)}, prepare=cheat_on_close)
    assert played.fills == [(2, 10, 102)]


def test_cheat_on_close_and_a_gap_buy_the_old_close_and_stop_at_the_open():
    bars = [(100, 101, 99, 100), (94, 95, 93, 94)]
    both = each(send("entry", "buy", size=10), send("stop", "sell", size=10, exectype=STOP, price=95))
    assert play(bars, script={1: both}, prepare=cheat_on_close).fills == [(2, 10, 100), (2, -10, 94)]


def test_cheat_on_close_fills_on_an_absent_data_at_once():
    def act(s):
        s.buy(data=s.datas[1], size=10)

    assert play(BARS, SPARSE, script={1: act}, prepare=cheat_on_close).fills == [(2, 10, 100)]
