"""One-cancels-other groups."""

from __future__ import annotations

import backtrader as bt

from tests.backtrader.play import LIMIT, STOP, cancel, play, send

CALM = [(100, 101, 99, 100)] * 3


def pair(size=10):
    def act(s):
        s.sent["stop"] = s.sell(size=size, exectype=STOP, price=95, _checksubmit=False)
        s.sent["target"] = s.sell(
            size=size, exectype=LIMIT, price=110, oco=s.sent["stop"], _checksubmit=False
        )

    return act


def test_the_stop_sent_first_wins_a_bar_that_touches_both():
    played = play([*CALM, (100, 120, 90, 100)], script={1: send("entry", "buy", size=10), 2: pair()})
    assert played.fills == [(2, 10, 100), (4, -10, 95)]
    assert played.statuses("target") == ["Accepted", "Canceled"]


def test_the_target_cancels_the_stop():
    played = play([*CALM, (100, 120, 99, 100)], script={1: send("entry", "buy", size=10), 2: pair()})
    assert played.fills[-1] == (4, -10, 110)
    assert played.statuses("stop")[-1] == "Canceled"


def test_cancelling_one_cancels_the_other():
    # So a stop is moved in place; cancelled to be replaced it takes its target along.
    played = play(CALM, script={1: send("entry", "buy", size=10), 2: pair(), 3: cancel("stop")})
    assert played.strategy.sent["target"].status == bt.Order.Canceled


def test_each_leg_cancels_only_its_own_partner():
    bars = [*CALM, (100, 111, 99, 110), (100, 101, 94, 95)]

    def legs(s):
        for name, size, price in (("a", 4, 110), ("b", 6, 130)):
            s.sent[f"stop {name}"] = s.sell(size=size, exectype=STOP, price=95, _checksubmit=False)
            s.sent[f"target {name}"] = s.sell(
                size=size, exectype=LIMIT, price=price, oco=s.sent[f"stop {name}"], _checksubmit=False
            )

    played = play(bars, script={1: send("entry", "buy", size=10), 2: legs})
    assert played.fills == [(2, 10, 100), (4, -4, 110), (5, -6, 95)]
    assert played.statuses("stop a")[-1] == "Canceled"
    assert played.position == 0


def test_a_partial_fill_already_cancels_the_partner():
    # 3 of 10 are sold at the target and the whole stop is gone: 7 stay naked unless covered again.
    bars = [*CALM, (100, 120, 99, 119, 3), (119, 119, 90, 90, 0), (90, 90, 90, 90, 0)]

    def fill_by_volume(cerebro):
        cerebro.broker.set_filler(bt.fillers.FixedSize())

    played = play(bars, script={1: send("entry", "buy", size=10), 2: pair()}, prepare=fill_by_volume)
    assert played.fills == [(2, 10, 100), (4, -3, 110)]
    assert played.statuses("target") == ["Accepted", "Partial"]
    assert played.statuses("stop") == ["Accepted", "Canceled"]
    assert played.position == 7
