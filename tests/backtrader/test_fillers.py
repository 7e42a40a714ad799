"""Partial fills."""

from __future__ import annotations

import backtrader as bt

from tests.backtrader.play import STOP, cancel, each, play, send, with_stop


def by_volume(cerebro):
    cerebro.broker.set_filler(bt.fillers.FixedSize())


def bars(*volumes, low=99):
    return [(100, 101, low if number else 99, 100, volume) for number, volume in enumerate(volumes)]


def test_an_entry_is_filled_by_the_volume_of_each_bar():
    played = play(bars(50, 6, 0, 50), script={1: send("entry", "buy", size=10)}, prepare=by_volume)
    assert played.fills == [(2, 6, 100), (4, 4, 100)]
    assert played.statuses("entry") == ["Submitted", "Accepted", "Partial", "Completed"]


def test_executed_size_is_cumulative_and_the_last_bit_is_the_news():
    seen = []
    play(
        bars(50, 6, 50),
        script={1: send("entry", "buy", size=10)},
        prepare=by_volume,
        on_order=lambda s, o: seen.extend((o.executed.size, bit.size) for bit in o.executed.iterpending()),
    )
    assert seen == [(6, 6), (10, 4)]


def test_children_stay_inactive_until_the_whole_parent_is_filled():
    bracket = send("entry", "buy_bracket", size=10, exectype=bt.Order.Market, stopprice=95, limitexec=None)
    played = play(bars(50, 6, 0, low=94), script={1: bracket}, prepare=by_volume)
    assert played.position == 6
    assert "Completed" not in played.statuses("entry stop")


def test_an_activated_child_fills_beyond_a_partly_filled_entry():
    # 6 bought, all 10 sold in the same bar: short 4. Why a filler rules the activated child out.
    once = [(100, 101, 99, 100, 50), (100, 101, 94, 100, 6)]

    def entries_by_volume(cerebro):
        cerebro.broker.set_filler(
            lambda order, price, ago: min(abs(order.executed.remsize), 6 if order.isbuy() else 99)
        )

    played = play(once, script={1: with_stop(stop=95)}, prepare=entries_by_volume)
    assert played.fills == [(2, 6, 100), (2, -10, 95)]
    assert played.position == -4


def test_cancelling_a_partly_filled_parent_leaves_its_position_without_children():
    bracket = send("entry", "buy_bracket", size=10, exectype=bt.Order.Market, stopprice=95, limitexec=None)
    played = play(bars(50, 6, 0, 50), script={1: bracket, 3: cancel("entry")}, prepare=by_volume)
    assert played.position == 6
    assert played.statuses("entry stop")[-1] == "Canceled"


def test_a_stop_sent_at_a_partial_fill_covers_what_was_filled():
    def protect(s, order):
        for bit in order.executed.iterpending():
            if order.isbuy():
                s.sent[f"stop {bit.size}"] = s.sell(
                    size=bit.size, exectype=STOP, price=95, _checksubmit=False
                )

    market = [*bars(50, 6, 4), (100, 101, 94, 95, 50)]
    played = play(market, script={1: send("entry", "buy", size=10)}, prepare=by_volume, on_order=protect)
    assert played.fills == [(2, 6, 100), (3, 4, 100), (4, -6, 95), (4, -4, 95)]
    assert played.position == 0


def test_a_filler_is_not_told_of_what_other_orders_took_from_the_same_bar():
    script = {1: each(send("a", "buy", size=6), send("b", "buy", size=6))}
    assert play(bars(50, 6), script=script, prepare=by_volume).position == 12


def test_a_stop_filled_in_parts_keeps_its_trigger_for_the_rest():
    # 4 of 10 go at 95; the rest waits for another touch, at whatever price it comes.
    market = [*bars(50, 50), (100, 101, 94, 100, 4), (100, 101, 99, 100, 50), (90, 91, 89, 90, 50)]
    stop = send("stop", "sell", size=10, exectype=STOP, price=95)
    played = play(market, script={1: send("entry", "buy", size=10), 2: stop}, prepare=by_volume)
    assert played.fills == [(2, 10, 100), (3, -4, 95), (5, -6, 90)]


def test_a_partly_filled_stop_can_be_resized_in_place():
    market = [*bars(50, 50), (100, 101, 94, 100, 4), (100, 101, 99, 100, 50), (90, 91, 89, 90, 50)]
    stop = send("stop", "sell", size=10, exectype=STOP, price=95)

    def shrink(s):
        s.sell(size=2)
        order = s.sent["stop"]
        order.executed.remsize = order.size = order.created.size = -4

    script = {1: send("entry", "buy", size=10), 2: stop, 3: shrink}
    played = play(market, script=script, prepare=by_volume)
    assert played.fills == [(2, 10, 100), (3, -4, 95), (4, -2, 100), (5, -4, 90)]
    assert played.position == 0


def test_an_entry_that_gets_margin_in_parts_keeps_the_filled_part():
    # 6 x 100 paid; the rest at 9000 each is not affordable.
    market = [(100, 101, 99, 100, 50), (100, 101, 99, 100, 6), (9000, 9000, 9000, 9000, 50)]
    played = play(market, script={1: send("entry", "buy", size=10)}, prepare=by_volume)
    assert played.statuses("entry") == ["Submitted", "Accepted", "Partial", "Margin"]
    assert played.position == 6
