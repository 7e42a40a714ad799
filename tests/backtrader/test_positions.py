"""Sizes, average prices and values of positions."""

from __future__ import annotations

import backtrader as bt

from tests.backtrader.play import broker_cerebro, each, play, send

BARS = [(100, 100, 100, 100), (100, 100, 100, 100), (120, 120, 120, 120), (130, 130, 130, 130)]


def prices(script, bars=BARS):
    seen = []
    script = {**script, 4: lambda s: seen.append((s.position.size, s.position.price))}
    play(bars, script=script)
    return seen[0]


def test_a_partial_exit_leaves_the_average_entry_as_it_was():
    assert prices({1: send("e", "buy", size=10), 2: send("x", "sell", size=4)}) == (6, 100)


def test_an_add_averages_the_entry():
    assert prices({1: send("e", "buy", size=10), 2: send("a", "buy", size=10)}) == (20, 110)


def test_a_full_exit_sets_the_price_to_zero():
    assert prices({1: send("e", "buy", size=10), 2: send("x", "sell", size=10)}) == (0, 0)


def test_a_reversal_takes_the_price_of_the_reversing_fill():
    assert prices({1: send("e", "buy", size=10), 2: send("x", "sell", size=15)}) == (-5, 120)


def test_a_short_is_averaged_like_a_long():
    assert prices({1: send("e", "sell", size=10), 2: send("a", "sell", size=10)}) == (-20, 110)


def test_a_fill_tells_the_position_after_it_and_the_gross_result():
    bits = []

    def look(s, order):
        bits.extend((bit.psize, bit.pprice, bit.closed, bit.pnl) for bit in order.executed.iterpending())

    play(BARS, script={1: send("e", "buy", size=10), 2: send("x", "sell", size=4)}, on_order=look)
    assert bits == [(10, 100, 0, 0), (6, 100, -4, 80)]


def test_a_reversals_bit_splits_into_what_it_closed_and_what_it_opened():
    bits = []

    def look(s, order):
        bits.extend((bit.size, bit.closed, bit.opened) for bit in order.executed.iterpending())

    play(BARS, script={1: send("e", "buy", size=10), 2: send("x", "sell", size=15)}, on_order=look)
    assert bits[-1] == (-15, -10, -5)


def test_a_reversal_ends_one_trade_and_begins_another():
    trades = []

    class Reverses(bt.Strategy):
        def next(self):
            {1: lambda: self.buy(size=10), 2: lambda: self.sell(size=15)}.get(len(self), lambda: None)()

        def notify_trade(self, trade):
            trades.append((trade.isclosed, trade.size, trade.pnl))

    cerebro = broker_cerebro(BARS)
    cerebro.addstrategy(Reverses)
    cerebro.run()
    assert trades == [(False, 10, 0), (True, 0, 200), (False, -5, 0)]


def test_a_trade_is_gross_in_pnl_and_net_in_pnlcomm():
    trades = []

    class Pays(bt.Strategy):
        def next(self):
            {1: lambda: self.buy(size=10), 2: self.close}.get(len(self), lambda: None)()

        def notify_trade(self, trade):
            trades.append((trade.pnl, round(trade.pnlcomm, 9)))

    cerebro = broker_cerebro(BARS)
    cerebro.broker.setcommission(commission=0.01)
    cerebro.addstrategy(Pays)
    cerebro.run()
    # 10 x 100 and 10 x 120 at 1 %: 10 and 12.
    assert trades == [(0, -10), (200, 178)]


def test_asking_for_a_position_adds_the_data_to_the_brokers_table():
    seen = []
    script = {
        1: lambda s: seen.extend([len(s.broker.positions), s.getposition(s.data), len(s.broker.positions)])
    }
    play(BARS, script=script)
    assert (seen[0], seen[2]) == (0, 1)


def test_even_valuing_one_data_adds_it():
    seen = []
    script = {1: lambda s: (s.broker.getvalue([s.data]), seen.append(len(s.broker.positions)))}
    play(BARS, script=script)
    assert seen == [1]


def test_get_does_not_add_the_data():
    seen = []
    script = {1: lambda s: seen.extend([s.broker.positions.get(s.data), len(s.broker.positions)])}
    play(BARS, script=script)
    assert seen == [None, 0]


def test_close_of_a_flat_data_returns_none():
    played = play(BARS, script={1: each(send("x", "close"))})
    assert played.strategy.sent["x"] is None


def test_close_may_be_larger_than_the_position_and_then_flips_it():
    played = play(BARS, script={1: send("e", "buy", size=10), 2: send("x", "close", size=15)})
    assert played.position == -5


def test_open_positions_are_not_closed_at_the_end():
    assert play(BARS, script={1: send("e", "buy", size=10)}).position == 10
