"""A trade that was not made, on bars to redo on paper. `play` says what it starts from."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from bt_risk.rules.shadow.fills import Fills
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.replay import replay
from tests.rules.entries import request
from tests.rules.shadow.play import CALM, PLAIN, leave, left, moment, play, steps

NAN = math.nan
UP = (106, 112, 105, 110)


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        ([CALM, (100, 100, 94, 96)], [(100, 95, 2, "stop")]),
        ([CALM, (93, 97, 92, 96)], [(100, 93, 2, "stop")]),  # the gap fills at the opening
        ([(100, 100, 94, 96)], [(100, 95, 1, "stop")]),  # on the bar of the entry
        ([(102, 103, 101, 102), (102, 102, 96, 98)], [(100, 97, 2, "stop")]),  # anchored to the fill
        ([(94, 97, 93, 96)], [(100, 94, 1, "stop")]),  # opened beyond the stop: in and out
        ([CALM, CALM], [(100, 100, 2, "open")]),
    ],
)
def test_a_stop_ends_it_where_it_would_have(bars, expected):
    trade = play(*bars)
    assert left(trade) == expected
    assert trade.entry.price == bars[0][0]
    assert trade.exit_reason == expected[-1][-1]


def test_the_stop_rests_on_the_entry_bar_only_where_the_profile_and_the_broker_let_it():
    bars = [(100, 100, 94, 96), CALM]
    assert left(play(*bars, profile=PLAIN.replace(entry_bar_stop=False))) == [(100, 100, 2, "open")]
    assert left(play(*bars, fills=Fills(is_by_volume=True))) == [(100, 100, 2, "open")]
    assert left(play(*bars, profile=PLAIN.replace(place_stops=False))) == [(100, 100, 2, "open")]
    assert left(play(CALM, (100, 100, 94, 96), fills=Fills(is_by_volume=True))) == [(100, 95, 2, "stop")]


def test_a_limit_waits_for_its_price_and_is_stopped_from_the_next_bar_on():
    fall = (100, 101, 94, 97)
    trade = play(CALM, fall, CALM, (97, 98, 92, 96), price=98.0, stop=95.0, exectype="limit")
    assert (trade.entry.price, trade.entry.bar) == (98, 2)
    assert left(trade) == [(100, 95, 4, "stop")]


def test_what_is_filled_beyond_its_stop_leaves_at_the_next_opening():
    trade = play((94, 97, 93, 96), (97, 98, 96, 97), price=98.0, stop=95.0, exectype="limit")
    assert trade.entry.price == 94
    assert left(trade) == [(100, 97, 2, "fill_beyond_stop")]


@pytest.mark.parametrize(("until", "entry"), [(None, 3), (3.0, 3), (2.5, None)])
def test_an_order_expires_before_the_first_bar_after_its_end(until, entry):
    trade = play(CALM, CALM, (100, 104, 99, 103), price=103.0, stop=98.0, exectype="stop", until=until)
    assert (trade.entry and trade.entry.bar) == entry
    assert trade.exit_reason == ("open" if entry else "expired")


def test_an_order_that_never_meets_its_price_is_not_filled():
    trade = play(CALM, CALM, price=90.0, stop=85.0, exectype="limit")
    assert (trade.entry, trade.parts, trade.exit_reason, trade.exit) == (None, (), "not_filled", None)
    assert not trade.is_open


def test_a_target_counts_from_the_bar_after_the_fill():
    trade = play((100, 111, 99, 100), (100, 111, 99, 108), target=110.0)
    assert left(trade) == [(100, 110, 2, "target")]
    assert left(play(CALM, (100, 111, 94, 108), target=110.0)) == [(100, 95, 2, "stop")]


def test_rungs_leave_in_parts_and_the_rest_with_the_stop():
    profile = PLAIN.replace(ladder=((1.0, 0.5), (2.0, 0.25)))
    trade = play(CALM, (100, 106, 99, 105), (105, 111, 104, 110), (100, 101, 94, 95), profile=profile)
    assert left(trade) == [(50, 105, 2, "ladder"), (25, 110, 3, "ladder"), (25, 95, 4, "stop")]
    assert trade.exit == pytest.approx((50 * 105 + 25 * 110 + 25 * 95) / 100)


def test_the_trail_moves_the_stop_by_what_the_bars_have_shown():
    profile = PLAIN.replace(trail="chandelier", trail_atr=3.0, trail_activation=1.0)
    # From the high of 112, three ATR of 2 below: 106.
    trade = play(CALM, UP, (110, 111, 105, 107), profile=profile)
    assert left(trade) == [(100, 106, 3, "trail")]


def test_a_bar_that_only_filled_a_limit_moves_the_stop_by_its_close():
    profile = PLAIN.replace(break_even=1.0)
    bars = ((100, 106, 97, 101), (100, 102, 97, 99))
    trade = play(*bars, profile=profile, price=98.0, stop=95.0, exectype="limit")
    assert left(trade) == [(100, 98, 2, "break_even")]  # 3 above 98 is the close of 101
    bars = ((100, 106, 97, 100), (100, 100.5, 97, 99))
    trade = play(*bars, profile=profile, price=98.0, stop=95.0, exectype="limit")
    assert left(trade) == [(100, 99, 2, "open")]


def test_the_trail_may_give_up_the_target():
    profile = PLAIN.replace(trail="chandelier", trail_atr=3.0, target_with_trail="cancel")
    bars = (CALM, (106, 112, 105, 110), (110, 116, 109, 115), (109, 109, 108, 109))
    kept = play(*bars, profile=profile.replace(target_with_trail="keep"), target=115.0)
    assert left(kept) == [(100, 115, 3, "target")]
    assert left(play(*bars, profile=profile, target=115.0)) == [(100, 109, 4, "trail")]


@pytest.mark.parametrize(
    ("changes", "bars", "expected"),
    [
        ({"max_hold_bars": 1}, [CALM, CALM, (99, 100, 98, 99)], (100, 99, 3, "time")),
        ({"max_hold": 24.0}, [CALM, CALM, (99, 100, 98, 99)], (100, 99, 3, "time")),
        ({"position_timeout": 86_399.0}, [CALM, CALM, CALM], (100, 100, 3, "position_timeout")),
        ({"position_loss_of_cost": 0.02}, [CALM, (98, 98, 97, 97), CALM], (100, 100, 3, "excessive_loss")),
        # 100 units lose 300 of 30 000.
        ({"position_loss": 0.01}, [CALM, (98, 98, 97, 97), CALM], (100, 100, 3, "position_loss")),
    ],
)
def test_what_a_position_calls_for_by_itself_leaves_at_the_next_opening(changes, bars, expected):
    assert left(play(*bars, profile=PLAIN.replace(**changes), equity=30_000.0)) == [expected]


def test_the_loss_is_counted_in_money_of_the_contract():
    profile = PLAIN.replace(position_loss=0.01)
    bars = (CALM, (98, 98, 97, 97), CALM)
    assert left(play(*bars, profile=profile, equity=30_001.0)) == [(100, 100, 3, "open")]
    assert left(play(*bars, profile=profile, equity=60_000.0, multiplier=2.0))[0][3] == "position_loss"


def test_the_end_of_the_day_is_told_from_outside():
    seen = []

    def ends(entered, now):
        seen.append((entered.number, now.number))
        return now.number == 2

    trade = play(CALM, CALM, CALM, ends=ends, profile=PLAIN.replace(end_of_day="15:55"))
    assert left(trade) == [(100, 100, 3, "end_of_day")]
    assert seen == [(1, 1), (1, 2)]


def test_a_signal_leaves_at_the_opening_after_it():
    assert left(play(CALM, CALM, (102, 103, 101, 102), signals=[leave(2)])) == [(100, 102, 3, "signal")]
    assert left(play(CALM, CALM, signals=[leave(5)])) == [(100, 100, 2, "open")]


def test_a_signal_at_an_opening_leaves_at_that_opening():
    at_open = leave(1)
    assert at_open.bar == 1
    assert left(play(CALM, (102, 103, 101, 102), signals=[at_open])) == [(100, 102, 2, "signal")]


def test_a_signal_before_the_fill_calls_the_entry_off():
    trade = play(CALM, CALM, signals=[leave(0)])
    assert (trade.entry, trade.exit_reason) == (None, "called_off")
    trade = play(CALM, CALM, (100, 101, 97, 99), price=98.0, stop=95.0, exectype="limit", signals=[leave(1)])
    assert trade.exit_reason == "called_off"


def test_half_of_another_position_is_half_of_this_one():
    bars = (CALM, CALM, CALM, (100, 100, 94, 95))
    trade = play(*bars, signals=[leave(2, units=25.0, held=50.0)])
    assert left(trade) == [(50, 100, 3, "signal"), (50, 95, 4, "stop")]
    assert left(play(*bars, signals=[leave(2, units=30.0)]))[0] == (30, 100, 3, "signal")
    # In whole lots, and all where all was meant.
    assert left(play(*bars, signals=[leave(2, units=1.0, held=3.0)]))[0] == (33, 100, 3, "signal")
    assert left(play(*bars, signals=[leave(2, units=50.0, held=50.0)])) == [(100, 100, 3, "signal")]


def test_a_part_leaves_beside_the_stop_of_the_rest():
    bars = (CALM, CALM, (96, 97, 94, 95))
    assert left(play(*bars, signals=[leave(2, units=30.0)])) == [(70, 95, 3, "stop"), (30, 96, 3, "signal")]


def test_a_signal_waits_for_the_least_hold_and_no_stop_does():
    profile = PLAIN.replace(min_hold=48.0)
    assert left(play(*[CALM] * 4, profile=profile, signals=[leave(1)])) == [(100, 100, 4, "signal")]
    assert left(play(*[CALM] * 5, profile=profile, signals=[leave(3)])) == [(100, 100, 4, "signal")]
    stopped = play(CALM, (100, 100, 94, 95), profile=profile, signals=[leave(1)])
    assert left(stopped) == [(100, 95, 2, "stop")]


def test_a_bar_without_an_opening_trades_nothing_and_one_that_is_crossed_moves_no_stop():
    assert play((NAN, NAN, NAN, NAN), CALM).entry.bar == 2
    assert left(play(CALM, (NAN, 101, 90, 95), CALM)) == [(100, 100, 3, "open")]
    assert left(play(CALM, (NAN, 101, 90, 95), (101, 102, 100, 101), signals=[leave(1)]))[0][2] == 3
    profile = PLAIN.replace(break_even=1.0)
    assert left(play(CALM, (100, 99, 106, 100), (100, 101, 99, 100), profile=profile))[0][3] == "open"


def test_an_entry_needs_a_bar_whose_prices_are_sound():
    assert play((100, 99, 106, 100), (101, 102, 100, 101)).entry.bar == 2
    assert play((100, 101, 99, NAN), (101, 102, 100, 101)).entry.bar == 2


def test_with_cheat_on_close_stop_and_target_work_on_the_bar_after_the_close():
    fills = Fills(is_at_close=True)
    trade = play((103, 111, 102, 108), fills=fills, target=110.0)
    assert (trade.entry.price, trade.entry.bar) == (100, 1)
    assert left(trade) == [(100, 110, 1, "target")]
    profile = PLAIN.replace(entry_bar_stop=False)
    assert left(play((97, 98, 94, 96), fills=fills, profile=profile)) == [(100, 95, 1, "stop")]
    bars = (CALM, (101, 103, 100, 102), (98, 99, 97, 98))
    assert left(play(*bars, fills=fills, signals=[leave(2)])) == [(100, 102, 3, "signal")]


def test_the_last_price_is_the_last_close_that_is_one():
    assert left(play(CALM, (101, 103, 100, 102), (101, 102, 100, NAN))) == [(100, 102, 3, "open")]


def test_a_short_is_the_mirror():
    bars = ((98, 99, 97, 98), (99, 104, 98, 103))
    assert left(play(*bars, stop=105.0, is_long=False)) == [(100, 103, 2, "stop")]
    assert left(play(CALM, (99, 100, 89, 92), stop=105.0, target=90.0, is_long=False)) == [
        (100, 90, 2, "target")
    ]


def test_slippage_is_in_the_prices():
    trade = play(CALM, (100, 100, 90, 92), fills=Fills(slippage=0.01))
    assert left(trade) == [(100, pytest.approx(95 * 0.99), 2, "stop")]


def test_between_its_bars_it_is_watched_at_the_moments_of_others():
    (first, second) = steps([CALM, (102, 103, 101, 102)])
    late = moment(9)
    profile = PLAIN.replace(max_hold=5 * 24.0)
    position = ShadowPosition(request(), 100.0, profile=profile, fills=Fills())
    trade = replay(position, [first, (moment(6), None), (late, second[1]._replace(time=9.0))], [])
    assert left(trade) == [(100, 102, 2, "time")]
    assert trade.parts[0].time == late.now
    assert trade.entry.time == first[0].now == dt.datetime(2024, 1, 2)


def test_it_waits_is_held_and_is_over():
    position = ShadowPosition(request(), 100.0, profile=PLAIN, fills=Fills())
    assert (position.is_waiting, position.is_held, position.is_over) == (True, False, False)
    (first, second) = steps([CALM, (100, 100, 94, 96)])
    position.meet(first[1], first[0])
    assert (position.is_waiting, position.is_held, position.is_over) == (False, True, False)
    position.meet(second[1], second[0])
    assert (position.is_waiting, position.is_held, position.is_over) == (False, False, True)


def test_what_is_over_stays_as_it_is():
    position = ShadowPosition(request(), 100.0, profile=PLAIN, fills=Fills())
    (first, second) = steps([CALM, CALM])
    position.hear(first[0].now)
    position.meet(second[1], second[0])
    position.watch(second[0])
    trade = position.trade()
    assert (trade.entry, trade.exit_reason, trade.over_at) == (None, "called_off", 0)
    assert not position.is_waiting
