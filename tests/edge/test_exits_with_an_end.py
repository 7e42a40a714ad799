"""`valid` on exits of the user's own: a target ends, a stop stops being theirs; the position stays covered throughout.

Bar n is day n at midnight: `valid` of two days on bar 2 ends with bar 4.
"""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pytest

from tests.edge.hours import trade_hours
from tests.edge.market import CALM, LIMIT, STOP, TRAIL, calm, cancel, do, each, fixed_filler, trade

TWO_DAYS = dt.timedelta(days=2)
TOP = (100, 111, 99, 110)
DROP = (100, 101, 94, 95)


def own_limit(**options):
    return do("sell", name="own", **({"exectype": LIMIT, "price": 110, "valid": TWO_DAYS} | options))


def own_stop(**options):
    return do("sell", name="own", **({"exectype": STOP, "price": 97, "valid": TWO_DAYS} | options))


# Targets.


@pytest.mark.parametrize(
    "leave", [own_limit(), do("close", exectype=LIMIT, price=110, valid=TWO_DAYS, name="own")]
)
def test_an_own_target_that_has_ended_sells_nothing(leave):
    session = trade([*calm(4), TOP, CALM], script={1: do("buy"), 2: leave})
    assert session.fills == [(2, 200, 100)]
    assert session.live == [(-200, 95)]
    assert session.heard_of("own") == ["Accepted", "Expired"]


def test_it_sells_on_its_last_day():
    session = trade([*calm(3), TOP, CALM], script={1: do("buy"), 2: own_limit()})
    assert session.fills == [(2, 200, 100), (4, -200, 110)]
    assert session.live == []


def test_the_stop_works_on_the_bar_on_which_the_target_ends():
    session = trade([*calm(4), (100, 111, 94, 95), CALM], script={1: do("buy"), 2: own_limit()})
    assert session.fills == [(2, 200, 100), (5, -200, 95)]
    assert session.is_covered


def test_the_stop_stays_the_same_order_when_the_target_ends():
    script = {1: do("buy"), 2: each(do("sell", exectype=STOP, price=96, name="stop"), own_limit())}
    session = trade([*calm(6), DROP], script=script)
    assert session.fills == [(2, 200, 100), (7, -200, 96)]
    assert session.heard_of("stop") == ["Completed"]


@pytest.mark.parametrize("valid", [dt.datetime(2024, 1, 4), dt.date(2024, 1, 4), TWO_DAYS])
def test_an_end_is_read_as_backtrader_reads_it(valid):
    session = trade(calm(6), script={1: do("buy"), 2: own_limit(valid=valid)})
    assert [bar for bar, name, status in session.heard if name == "own" and status == "Expired"] == [5]


@pytest.mark.parametrize("valid", [None, 0])
def test_without_an_end_it_stays(valid):
    session = trade(calm(8), script={1: do("buy"), 2: own_limit(valid=valid)})
    assert session.live == [(-200, 95), (-200, 110)]


def test_an_order_for_the_day_ends_with_it():
    # On daily bars that is before its first chance, as everywhere in Backtrader.
    session = trade([*calm(2), TOP, CALM], script={1: do("buy"), 2: own_limit(valid=bt.Order.DAY)})
    assert session.fills == [(2, 200, 100)]
    assert session.heard_of("own")[-1] == "Expired"


def test_a_target_for_a_part_gives_its_units_back():
    session = trade([*calm(4), TOP, CALM], script={1: do("buy"), 2: own_limit(size=80)})
    assert session.live == [(-200, 95)]
    assert session.is_covered


def test_a_target_that_ends_half_filled_leaves_the_rest_stopped():
    bars = [*calm(4), (110, 111, 109, 110), *calm(3), DROP, *[(95, 96, 94, 95)] * 2]
    script = {1: do("buy", size=160), 4: own_limit()}
    session = trade(bars, script=script, prepare=fixed_filler(80))
    assert session.fills[2:] == [(5, -80, 110), (9, -80, 95)]
    assert session.heard_of("own") == ["Accepted", "Partial", "Expired"]
    assert session.is_covered


def test_a_newer_target_has_the_end_that_it_names():
    script = {1: do("buy"), 2: own_limit(), 3: own_limit(valid=None, price=109)}
    session = trade([*calm(4), TOP, CALM], script=script)
    assert session.fills == [(2, 200, 100), (5, -200, 109)]


def test_a_newer_target_may_end_earlier():
    script = {1: do("buy"), 2: own_limit(valid=None), 3: own_limit(valid=dt.timedelta(days=1))}
    session = trade([*calm(4), TOP, CALM], script=script)
    assert session.fills == [(2, 200, 100)]


def test_after_a_target_that_has_ended_there_is_room_for_another():
    again = do("sell", exectype=LIMIT, price=108, name="again")
    session = trade([*calm(5), TOP, CALM], script={1: do("buy"), 2: own_limit(), 5: again})
    assert session.fills == [(2, 200, 100), (6, -200, 108)]
    assert session.live == []


def test_a_target_sent_with_an_entry_ends_before_its_fill_too():
    resting = each(do("buy", exectype=LIMIT, price=90, stop=85), own_limit())
    bars = [*calm(4), (90, 91, 89, 90), (100, 111, 90, 110), CALM]
    session = trade(bars, script={1: resting})
    assert session.fills == [(5, 200, 90)]
    assert session.live == [(-200, 85)]
    assert session.heard_of("own") == ["Accepted", "Expired"]


@pytest.mark.parametrize("name", ["ends", "sells", "part"])
def test_a_broker_whose_orders_are_replaced_fills_the_same(name):
    bars, limit = {
        "ends": ([*calm(4), TOP, CALM], own_limit()),
        "sells": ([*calm(3), TOP, CALM], own_limit()),
        "part": ([*calm(4), TOP, DROP, CALM], own_limit(size=80)),
    }[name]
    # The stop moves on bar 3, so that both orders are replaced before the target ends.
    script = {1: do("buy"), 2: limit, 3: do("sell", exectype=STOP, price=96)}
    changed, replaced = (trade(bars, script=script, in_place=in_place) for in_place in (True, False))
    assert changed.fills == replaced.fills
    assert changed.live == replaced.live
    assert replaced.is_covered


def test_within_a_day_an_order_for_it_counts_until_its_end():
    script = {1: do("buy"), 2: own_limit(valid=bt.Order.DAY)}
    assert trade_hours([*calm(5), TOP, CALM], script).fills == [(2, 200, 100), (6, -200, 110)]
    assert trade_hours([*calm(6), TOP, CALM], script).fills == [(2, 200, 100)]


def test_a_target_that_ended_before_the_fill_does_not_come_back_with_a_change_of_the_entry():
    resting = each(do("buy", exectype=LIMIT, price=90, stop=85), own_limit())
    script = {1: resting, 5: do("sell", size=50)}
    session = trade([*calm(5), (90, 91, 89, 90), CALM], script=script)
    assert session.live == [(-150, 85)]
    assert "?" not in {name for _, name, _ in session.heard}


# Stops.


def test_an_own_stop_that_has_ended_leaves_ours_at_its_level_for_no_stop_loosens():
    session = trade([*calm(7), DROP], script={1: do("buy"), 2: own_stop()})
    assert session.fills == [(2, 200, 100), (8, -200, 97)]
    assert session.heard_of("own") == ["Expired"]
    assert session.is_covered


def test_the_end_of_an_own_stop_is_told():
    session = trade(calm(7), script={1: do("buy"), 2: own_stop()})
    assert [(event.kind, event.text) for event in session.desk.events] == [
        ("own_stop_ended", "d0: the strategy's stop has expired, its position stays stopped at 97")
    ]
    assert session.live == [(-200, 97)]


def test_there_is_no_bar_without_a_stop():
    # The bar that shows that the stop has ended is the first that may fill nothing of it: it stops all the same.
    session = trade([*calm(4), DROP, CALM], script={1: do("buy"), 2: own_stop()})
    assert session.fills == [(2, 200, 100), (5, -200, 97)]
    assert session.heard_of("own") == ["Completed"]


def test_an_own_trail_that_has_ended_trails_no_more():
    bars = [
        *calm(3),
        (103, 106, 102, 105),
        *[(105, 106, 104, 105)] * 2,
        (105, 121, 105, 120),
        (120, 121, 119, 120),
    ]
    script = {1: do("buy"), 2: own_stop(exectype=TRAIL, price=None, trailamount=4)}
    assert trade(bars, script=script).live == [(-200, 101)]


def test_the_target_stays_when_the_stop_ends():
    script = {1: do("buy"), 2: each(own_stop(), do("sell", exectype=LIMIT, price=110, name="target"))}
    session = trade([*calm(7), TOP, CALM], script=script)
    assert session.fills == [(2, 200, 100), (8, -200, 110)]
    assert session.heard_of("target") == ["Accepted", "Completed"]
    assert session.live == []


@pytest.mark.parametrize("after", [own_stop(valid=None, price=96), own_stop(valid=None, price=98)])
def test_a_newer_stop_without_an_end_has_none(after):
    session = trade(calm(7), script={1: do("buy"), 2: own_stop(), 3: after})
    assert session.heard_of("own") == []
    assert session.event_kinds() == []


def test_a_stop_that_is_cancelled_does_not_end_again():
    session = trade(calm(7), script={1: do("buy"), 2: own_stop(), 3: cancel("own")})
    assert session.heard_of("own") == ["Canceled"]
    assert session.event_kinds() == []


def test_a_stop_sent_with_an_entry_ends_once_there_is_a_position():
    resting = each(do("buy", exectype=LIMIT, price=90, stop=85), own_stop(price=87))
    bars = [*calm(4), (90, 91, 89, 90), *calm(2), (90, 91, 86, 90)]
    session = trade(bars, script={1: resting})
    assert session.fills == [(5, 200, 90), (8, -200, 87)]
    assert session.heard_of("own")[-1] == "Expired"
    assert session.event_kinds() == ["own_stop_ended", "stop_hit"]


def test_a_stop_ends_while_the_position_is_on_its_way_out():
    session = trade(calm(8), script={1: do("buy"), 2: own_stop(), 4: do("close")}, prepare=fixed_filler(80))
    assert sum(size for _, size, _ in session.fills) == 0
    assert session.live == []
    assert session.is_covered


# Brackets.


def test_the_end_of_a_bracket_is_its_entrys_and_not_its_childrens():
    enter = do(
        "buy_bracket", exectype=bt.Order.Market, stopprice=95, limitprice=110, valid=TWO_DAYS, name="b"
    )
    session = trade([*calm(6), TOP, CALM], script={1: enter})
    assert session.fills == [(2, 200, 100), (7, -200, 110)]


def test_the_second_half_of_an_opposite_bracket_ends_with_it():
    opposite = do("sell_bracket", size=300, price=105, stopprice=110, limitprice=90, valid=TWO_DAYS, name="b")
    session = trade([*calm(4), *[(105, 106, 104, 105)] * 3], script={1: do("buy"), 2: opposite})
    assert session.fills == [(2, 200, 100)]
    assert session.event_kinds() == ["reversal_dropped"]


def test_the_entry_of_a_reversal_ends_when_its_bracket_does():
    # Filled on bar 4, the last day: the entry for the rest has no bar left.
    opposite = do("sell_bracket", size=300, price=105, stopprice=110, limitprice=90, valid=TWO_DAYS, name="b")
    session = trade([*calm(3), *[(105, 106, 104, 105)] * 4], script={1: do("buy"), 2: opposite})
    assert session.fills == [(2, 200, 100), (4, -200, 105)]
    assert session.position == 0
