"""Several datas on several calendars: what a missing bar leaves behind, and which orders it fools."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.backtrader.play import LIMIT, STOP, FreshBarOnly, broker_cerebro, each, play, with_stop

DAILY = [(10, 10, 10, 10)] * 5
# d1 trades on days 1 and 2, misses day 3 and comes back on day 4. Day 2 has a low of 94.
SPARSE = {1: (100, 101, 99, 100), 2: (100, 101, 94, 100), 4: (100, 101, 99, 100), 5: (100, 101, 99, 100)}


def on_d1(method, name="order", **kwargs):
    return lambda s: s.sent.update({name: getattr(s, method)(data=s.datas[1], **kwargs)})


def gate(name):
    def act(s):
        s.sent[name].active = FreshBarOnly(s.sent[name])

    return act


def test_an_absent_data_keeps_its_last_close_and_its_length():
    seen = []
    script = {bar: lambda s: seen.append((len(s.datas[1]), s.datas[1].close[0])) for bar in range(1, 6)}
    play(DAILY, SPARSE, script=script)
    assert seen == [(1, 100), (2, 100), (2, 100), (3, 100), (4, 100)]


def test_a_market_order_waits_for_the_next_bar_of_its_own_data():
    assert play(DAILY, SPARSE, script={2: on_d1("buy", size=10)}).fills == [(4, 10, 100)]


@pytest.mark.parametrize("modes", [{}, {"runonce": False}, {"preload": False, "exactbars": -1}])
def test_a_stop_is_tested_against_the_stale_bar_of_an_absent_data(modes):
    # Placed after the close of day 2 at 95: on day 3 Backtrader meets it with day 2's low of 94 once more.
    stop = on_d1("sell", size=10, exectype=STOP, price=95)
    played = play(DAILY, SPARSE, script={1: on_d1("buy", "entry", size=10), 2: stop}, **modes)
    assert played.fills == [(2, 10, 100), (3, -10, 95)]


def test_a_limit_is_tested_against_the_stale_bar_too():
    entry = on_d1("buy", size=10, exectype=LIMIT, price=95)
    assert play(DAILY, SPARSE, script={2: entry}).fills == [(3, 10, 95)]


def test_an_activated_child_fires_on_a_stale_bar_before_its_entry_and_opens_a_short():
    played = play(DAILY, SPARSE, script={2: with_stop(stop=95, data=1)})
    assert played.fills == [(3, -10, 95)]
    # The child's fill cancels its whole group, so the entry that was to open the long is gone as well.
    assert played.statuses("entry") == ["Accepted", "Canceled"]
    assert played.position == -10


@pytest.mark.parametrize("modes", [{}, {"runonce": False}, {"preload": False, "exactbars": -1}])
def test_a_gated_child_waits_with_its_entry_for_a_new_bar(modes):
    gated = each(with_stop(stop=95, data=1), gate("entry"), gate("stop"))
    played = play(DAILY, SPARSE, script={2: gated}, **modes)
    assert played.fills == [(4, 10, 100)]
    assert played.statuses("stop") == ["Accepted"]
    assert played.position == 10


def test_a_gated_stop_and_limit_skip_the_stale_bar_and_act_on_the_next():
    sparse = {**SPARSE, 4: (100, 101, 93, 100)}
    stop = each(on_d1("sell", "stop", size=10, exectype=STOP, price=95), gate("stop"))
    played = play(DAILY, sparse, script={1: on_d1("buy", "entry", size=10), 2: stop})
    assert played.fills == [(2, 10, 100), (4, -10, 95)]


def test_a_stop_moved_on_a_stale_bar_is_tested_against_it_at_its_new_price():
    # The low of day 2 is 94. A stop of 90 moved to 95 on day 2 fires on day 3, on which d1 did not trade.
    stop = on_d1("sell", "stop", size=10, exectype=STOP, price=90)
    bars = {0: SPARSE[1], **SPARSE}

    def move(s):
        s.sent["stop"].created.price = 95

    played = play(
        {0: DAILY[0], **dict(enumerate(DAILY, 1))}, bars, script={1: on_d1("buy", size=10), 2: stop, 3: move}
    )
    assert played.fills == [(2, 10, 100), (4, -10, 95)]


def test_a_gate_set_anew_at_the_move_waits_for_the_next_bar():
    stop = on_d1("sell", "stop", size=10, exectype=STOP, price=90)
    bars = {0: SPARSE[1], **SPARSE}

    def move(s):
        s.sent["stop"].created.price = 95
        gate("stop")(s)

    played = play(
        {0: DAILY[0], **dict(enumerate(DAILY, 1))}, bars, script={1: on_d1("buy", size=10), 2: stop, 3: move}
    )
    assert played.fills == [(2, 10, 100)]


def test_an_order_on_an_ended_data_is_accepted_and_never_filled():
    ended = dict(list(SPARSE.items())[:2])
    played = play(DAILY, ended, script={1: on_d1("buy", "entry", size=10), 2: on_d1("close", "exit")})
    assert played.statuses("exit") == ["Submitted", "Accepted"]
    assert played.position == 10


def test_an_ungated_stop_on_an_ended_data_may_fill_at_its_last_bar_for_ever():
    ended = dict(list(SPARSE.items())[:2])
    stop = on_d1("sell", "stop", size=10, exectype=STOP, price=95)
    played = play(DAILY, ended, script={1: on_d1("buy", "entry", size=10), 4: stop})
    assert played.fills == [(2, 10, 100), (5, -10, 95)]


def test_next_waits_until_every_data_has_started():
    kinds = []

    class Waits(bt.Strategy):
        def prenext(self):
            kinds.append("prenext")

        def next(self):
            kinds.append("next")

    cerebro = broker_cerebro(DAILY, {3: (1, 1, 1, 1), 4: (1, 1, 1, 1), 5: (1, 1, 1, 1)})
    cerebro.addstrategy(Waits)
    cerebro.run()
    assert kinds == ["prenext"] * 2 + ["next"] * 3


@pytest.mark.parametrize("modes", [{}, {"runonce": False}])
def test_a_preloaded_data_that_has_not_started_shows_its_future(modes):
    late = {3: (50, 50, 50, 50), 4: (55, 55, 55, 55), 5: (58, 58, 58, 58)}
    seen = []
    play(DAILY, late, script={1: lambda s: seen.append((len(s.datas[1]), s.datas[1].close[0]))}, **modes)
    assert seen[0][0] == 0
    assert seen[0][1] in {50, 55, 58}


def test_exactbars_one_cannot_hold_datas_on_several_calendars():
    with pytest.raises(IndexError):
        play(DAILY, {2: (1, 1, 1, 1), 4: (1, 1, 1, 1)}, script={}, exactbars=1)


def test_two_strategies_share_one_broker_and_its_positions():
    seen = []

    class Buys(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.buy(size=1)
            if len(self) == 3:
                seen.append(self.position.size)

    cerebro = broker_cerebro(DAILY)
    cerebro.addstrategy(Buys)
    cerebro.addstrategy(Buys)
    cerebro.run()
    assert seen == [2, 2]
