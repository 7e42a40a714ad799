"""Bars with something missing in them: no fill at no price, no exit that is lost, no figure that is spoilt."""

from __future__ import annotations

import math
from math import inf, nan

import backtrader as bt
import pytest

from tests.edge.market import CALM, ROUND, Scripted, calm, cancel, do, each, trade

HALF_BAR = (100, nan, nan, 100)
CROSSED = (100, 98, 102, 100)


def slip(cerebro):
    cerebro.broker.set_slippage_perc(0.005)


def cheat_on_close(cerebro):
    cerebro.broker.set_coc(True)


def fill_by_range(cerebro):
    cerebro.broker.set_filler(bt.broker.fillers.BarPointPerc(minmov=1.0, perc=100.0))


@pytest.mark.parametrize("bar", [HALF_BAR, CROSSED, (100, 101, 99, nan), (100, inf, 99, 100)])
def test_an_entry_waits_for_a_bar_that_is_one(bar):
    session = trade([CALM, bar, CALM, CALM], script={1: do("buy")})
    assert session.fills == [(3, 200, 100)]


def test_an_exit_needs_an_opening_price_only():
    session = trade([*calm(2), HALF_BAR, CALM], script={1: do("buy"), 2: do("close")})
    assert session.fills == [(2, 200, 100), (3, -200, 100)]


def test_an_exit_with_slippage_waits_for_a_range_to_slip_in():
    # Slippage ends at the low of the bar: of a low that is none it would make a fill at no price.
    session = trade([*calm(2), HALF_BAR, CALM], script={1: do("buy"), 2: do("close")}, prepare=slip)
    assert session.fills == [(2, 200, pytest.approx(100.5)), (4, -200, 99.5)]


@pytest.mark.parametrize("bar", [(*CROSSED, 1000), (*CALM, nan), (*CALM, -5), (*CALM, inf)])
def test_an_exit_by_volume_waits_for_a_volume(bar):
    # Of a crossed bar the filler makes a negative size, of a volume that is none a size that is none.
    bars = [(*CALM, 1e9), (*CALM, 1e9), bar, (*CALM, 1e9), (*CALM, 1e9)]
    session = trade(bars, script={1: do("buy"), 2: do("close")}, prepare=fill_by_range)
    assert session.fills == [(2, 200, 100), (4, -200, 100)]


def test_an_exit_that_cheats_on_a_close_that_is_none_takes_the_next_opening():
    bars = [*calm(2), (nan,) * 4, (97, 98, 96, 97), CALM]
    session = trade(bars, script={1: do("buy"), 3: do("close")}, prepare=cheat_on_close)
    assert session.fills == [(2, 200, 100), (4, -200, 97)]


BY_MARK = ROUND.replace(name="by mark", heat_basis="mark", max_heat=0.03, target_heat=(0.02, 0.025))


def test_a_close_beyond_its_own_bar_is_no_price_to_measure_heat_by():
    # 200 at risk to 95: 5 each. A close of 250 would make it 155 each, 31 % of the account.
    bars = [*calm(2), (100, 101, 99, 250), *calm(2)]
    session = trade(bars, script={1: do("buy")}, profile=BY_MARK)
    assert session.heats[2] == pytest.approx(1000 / 130_000)
    assert session.event_kinds() == ["data_quality"]


def test_a_close_beyond_its_own_bar_makes_no_range_for_stops():
    profile = ROUND.replace(stop="atr", atr_period=2, atr_stop=2.0)
    bars = [*calm(4), (100, 101, 99, 250), *calm(2)]
    session = trade(bars, script={6: do("buy")}, profile=profile)
    assert [decision.stop for decision in session.decisions] == [96]


def test_nothing_is_given_away_while_the_account_has_no_value():
    # d0 risks 900 x 5, then 900 x 8 to its stop at 95: 7.2 % of 100 000 on a bar on which d1 shows no close.
    hot = ROUND.replace(heat_basis="mark", max_heat=0.06, risk_per_trade=0.05, target_heat=(0.055, 0.06))
    rising = [*calm(2), *[(103, 104, 102, 103)] * 4]
    silent = [*calm(2), (100, 101, 99, nan), *calm(3)]
    script = {1: each(do("buy", size=900, data=0, stop=95), do("buy", size=1, data=1, stop=90))}
    session = trade(rising, silent, script=script, profile=hot)
    assert [d.datetime.day for d in session.decisions if d.rule == "heat_reduction"] == [4]
    assert math.isnan(session.values[2])


def test_an_instrument_without_any_usable_bar_is_told_of_and_crashes_nothing():
    session = trade(calm(25), {day: (nan,) * 4 for day in (1, 2)}, script={1: do("buy")})
    assert session.position == 200
    assert set(session.event_kinds()) <= {"data_quality", "stale"}


class Early(Scripted):
    """Run the script from a timer that comes before the broker's turn."""

    def start(self):
        self.add_timer(bt.timer.SESSION_START, cheat=True)

    def next(self):
        """The timer acts."""

    def notify_timer(self, timer, when, *args, **kwargs):
        self._act(len(self) + 1)


def test_a_stop_restored_before_the_brokers_turn_works_on_that_bar():
    # The exit asked for before bar 3 has taken the place of the stop; it is cancelled before bar 4, which goes to 94.
    script = {1: do("buy"), 3: do("close"), 4: cancel("close")}
    session = trade([*calm(3), (100, 101, 94, 95), CALM], script=script, strategy=Early)
    assert session.fills == [(2, 200, 100), (4, -200, 95)]


def test_a_bad_bar_of_a_data_that_was_held_once_blocks_no_other():
    # d1 was in and out by bar 3; of its position of nothing the broker makes a value of no number on bar 4.
    once = [*calm(3), (nan,) * 4, *calm(2)]
    script = {1: do("buy", data=1), 2: do("close", data=1), 4: do("buy", data=0, name="other")}
    session = trade(calm(6), once, script=script)
    assert math.isnan(session.values[3])
    assert session.decisions[-1].outcome == "accepted"
    assert session.fills[-1] == (5, 200, 100)
    assert session.event_kinds() == ["data_quality"]
    assert session.desk.equity == 100_000


def test_a_data_that_ended_without_a_price_and_without_a_position_blocks_nobody():
    once = [*calm(3), (nan,) * 4]
    script = {1: do("buy", data=1), 2: do("close", data=1), 7: do("buy", data=0, name="other")}
    session = trade(calm(9), once, script=script)
    assert session.fills[-1] == (8, 200, 100)
