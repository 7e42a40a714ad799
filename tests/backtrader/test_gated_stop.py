"""A bare stop that asks its entry before it acts: as early as an activated child, and free of the bracket's ties."""

from __future__ import annotations

from tests.backtrader.play import LIMIT, cancel, each, play, with_gated_stop

DIP = [(100, 100, 100, 100), (100, 101, 90, 92), (93, 94, 92, 93), (93, 94, 92, 93)]


def test_it_stops_out_on_the_bar_of_a_market_entry():
    assert play(DIP, script={1: with_gated_stop(stop=95)}).fills == [(2, 10, 100), (2, -10, 95)]


def test_it_works_in_next_mode():
    played = play(DIP, script={1: with_gated_stop(stop=95)}, runonce=False, preload=False)
    assert played.fills == [(2, 10, 100), (2, -10, 95)]


def test_it_never_fires_for_an_entry_that_could_not_be_paid_but_has_to_be_withdrawn():
    played = play(DIP, script={1: with_gated_stop(size=200, stop=95)})
    assert played.fills == []
    assert played.statuses("entry")[-1] == "Margin"
    assert played.strategy.sent["stop"].alive()


def test_it_never_fires_for_a_cancelled_entry():
    played = play(DIP, script={1: each(with_gated_stop(stop=95), cancel("entry"))})
    assert played.fills == []
    assert played.strategy.sent["stop"].alive()


def test_withdrawing_it_leaves_the_entry_alone():
    calm = [(100, 101, 99, 100)] * 3
    played = play(calm, script={1: each(with_gated_stop(stop=95), cancel("stop"))})
    assert played.fills == [(2, 10, 100)]
    assert played.statuses("stop") == ["Accepted", "Canceled"]


def test_it_waits_for_a_limit_entry_that_is_not_filled():
    assert play(DIP, script={1: with_gated_stop(stop=95, exectype=LIMIT, price=80)}).fills == []


def test_behind_a_limit_entry_it_meets_the_whole_bar_of_the_fill():
    # Bought at 98 on the way down or back up, nobody knows: the low of 90 may have come before. Hence a gate that
    # waits one bar more wherever the entry is not at the opening.
    played = play(DIP, script={1: with_gated_stop(stop=95, exectype=LIMIT, price=98)})
    assert played.fills == [(2, 10, 98), (2, -10, 95)]


def test_it_does_not_fire_while_its_entry_is_filled_in_part():
    bars = [(100, 100, 100, 100, 50), (100, 101, 90, 92, 6), (93, 94, 92, 93, 0), (93, 94, 92, 93, 0)]

    def six_a_bar(cerebro):
        cerebro.broker.set_filler(
            lambda order, price, ago: min(abs(order.executed.remsize), order.data.volume[ago])
        )

    played = play(bars, script={1: with_gated_stop(stop=95)}, prepare=six_a_bar)
    assert played.fills == [(2, 6, 100)]
