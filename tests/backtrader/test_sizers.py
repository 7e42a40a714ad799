"""When a sizer is asked, what it sees and what becomes of its answer."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from tests.backtrader.play import broker_cerebro, play, send

FLAT = [(100, 101, 99, 100)] * 4


class Answers(bt.Sizer):
    params = (("answer", 0), ("asked", None))

    def _getsizing(self, comminfo, cash, data, isbuy):
        if self.p.asked is not None:
            self.p.asked.append((cash, data.close[0], isbuy))
        return self.p.answer


def sized(answer, action=None, asked=None):
    def add(cerebro):
        cerebro.addsizer(Answers, answer=answer, asked=asked)

    return play(FLAT, script={1: action or send("entry", "buy")}, prepare=add)


@pytest.mark.parametrize(("answer", "position"), [(3, 3), (-3, 3), (2.5, 2.5), (0, 0), (None, 0)])
def test_the_answer_counts_without_its_sign_and_nothing_means_no_order(answer, position):
    played = sized(answer)
    assert played.position == position
    assert (played.strategy.sent["entry"] is None) == (not answer)


def test_an_answer_that_is_not_a_number_ends_in_margin():
    assert sized(math.nan).statuses("entry") == ["Submitted", "Margin"]


def test_a_sizer_sees_cash_data_and_side_and_nothing_of_the_order():
    asked = []
    sized(1, action=send("entry", "sell", price=50, exectype=bt.Order.Limit), asked=asked)
    assert asked == [(10_000, 100, False)]


@pytest.mark.parametrize(
    ("method", "kwargs"),
    [("buy", {"size": 2}), ("order_target_size", {"target": 2}), ("order_target_value", {"target": 200.0})],
)
def test_a_size_that_is_given_bypasses_the_sizer(method, kwargs):
    asked = []
    assert sized(7, action=send("entry", method, **kwargs), asked=asked).position == 2
    assert asked == []


def test_close_bypasses_the_sizer():
    asked = []

    def add(cerebro):
        cerebro.addsizer(Answers, answer=7, asked=asked)

    played = play(FLAT, script={1: send("entry", "buy"), 2: send("exit", "close")}, prepare=add)
    assert (played.position, len(asked)) == (0, 1)


def test_a_size_of_zero_sends_nothing_and_does_not_ask_the_sizer():
    asked = []
    assert sized(7, action=send("entry", "buy", size=0), asked=asked).position == 0
    assert asked == []


def test_without_any_sizer_one_piece_is_traded():
    played = play(FLAT, script={1: send("entry", "buy")})
    assert played.position == 1
    assert type(played.strategy.getsizer()) is bt.sizers.FixedSize


def test_a_sizer_of_cerebro_replaces_one_set_in_the_strategys_init():
    seen = []

    class OwnSizer(bt.Strategy):
        def __init__(self):
            self.setsizer(Answers(answer=1))

        def start(self):
            seen.append(self.getsizer().p.answer)

    for added in (False, True):
        cerebro = broker_cerebro(FLAT)
        cerebro.addstrategy(OwnSizer)
        if added:
            cerebro.addsizer(Answers, answer=2)
        cerebro.run()
    assert seen == [1, 2]


def test_the_sizer_is_set_before_the_strategys_start_hook():
    seen = []

    class Looks(bt.Strategy):
        def _start(self):
            seen.append(type(self.getsizer()))
            super()._start()

    cerebro = broker_cerebro(FLAT)
    cerebro.addstrategy(Looks)
    cerebro.addsizer(Answers, answer=2)
    cerebro.run()
    assert seen == [Answers]


def test_a_vetoed_signal_is_tried_again_on_every_bar():
    tries = []

    class Vetoes(bt.SignalStrategy):
        def __init__(self):
            self.signal_add(bt.SIGNAL_LONG, self.data.close - 50)

        def buy(self, *args, **kwargs):
            tries.append(len(self))

    cerebro = broker_cerebro(FLAT)
    cerebro.addstrategy(Vetoes)
    cerebro.run()
    assert tries == [1, 2, 3, 4]
