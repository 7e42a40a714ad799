"""Brackets against a position: their entry is an exit, and what goes beyond the position opens with their children."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, STOP, calm, cancel, do, each, fixed_filler, trade

MARKET = bt.Order.Market
TOP = (100, 106, 99, 105)


def sell_bracket(size=None, **options):
    options = {"price": 105, "stopprice": 110, "limitprice": 90} | options
    return do("sell_bracket", size=size, name="b", **options)


def buy_bracket(size=None):
    return do("buy_bracket", size=size, price=95, stopprice=90, limitprice=110, name="b")


def children(session):
    return [session.strategy.sent[name] for name in ("b stop", "b target")]


def test_without_a_size_it_is_an_exit_at_its_limit():
    session = trade([*calm(3), TOP, *calm(3)], script={1: do("buy"), 2: sell_bracket()})
    assert session.fills == [(2, 200, 100), (4, -200, 105)]
    assert (session.live, session.position) == ([], 0)
    assert session.heard_of("b") == ["Accepted", "Completed"]


@pytest.mark.parametrize("size", [None, 50, 300])
@pytest.mark.parametrize("exectype", [LIMIT, MARKET])
def test_its_children_are_three_numbers_of_which_two_have_ended(size, exectype):
    enter = sell_bracket(size, exectype=exectype)
    session = trade([*calm(3), TOP, *calm(3)], script={1: do("buy"), 2: enter})
    assert len({order.ref for order in [session.strategy.sent["b"], *children(session)]}) == 3
    assert not any(order.alive() for order in children(session))
    assert session.heard_of("b stop") == session.heard_of("b target") == ["Rejected"]
    assert session.heard_of("b") == ["Accepted", "Completed"]


def test_for_a_part_it_is_an_exit_of_that_part():
    session = trade([*calm(3), TOP, *calm(3)], script={1: do("buy"), 2: sell_bracket(50)})
    assert session.fills == [(2, 200, 100), (4, -50, 105)]
    assert session.live == [(-150, 95)]


def test_beyond_the_position_it_reverses_at_its_limit_and_the_children_protect_the_rest():
    bars = [*calm(3), TOP, (105, 106, 104, 105), (105, 106, 89, 90), (90, 91, 89, 90)]
    session = trade(bars, script={1: do("buy"), 2: sell_bracket(300)})
    assert session.fills == [(2, 200, 100), (4, -200, 105), (5, -100, 105), (6, 100, 90)]
    assert session.live == []
    assert session.outcomes()[1:] == [
        ("target", "accepted", "own_target"),
        ("reversal", "accepted", "own_size"),
    ]


def test_the_stop_of_the_rest_is_the_brackets():
    session = trade([*calm(3), TOP, *[(105, 106, 104, 105)] * 2], script={1: do("buy"), 2: sell_bracket(300)})
    assert session.live == [(100, 110), (100, 90)]


def test_at_market_it_reverses_when_flat_with_its_children():
    session = trade(calm(5), script={1: do("buy"), 2: sell_bracket(300, exectype=MARKET, price=None)})
    assert session.fills == [(2, 200, 100), (3, -200, 100), (4, -100, 100)]
    assert session.live == [(100, 110), (100, 90)]


def test_a_stop_bracket_stops_the_position_and_reverses_at_its_price():
    # The position leaves at 97. The rest is an entry at 97 of its own, which the next bar's opening fills.
    enter = sell_bracket(300, exectype=STOP, price=97, stopprice=102, limitprice=90)
    bars = [*calm(3), (100, 101, 96, 96), (96, 97, 95, 96), (96, 97, 95, 96)]
    session = trade(bars, script={1: do("buy"), 2: enter})
    assert session.fills == [(2, 200, 100), (4, -200, 97), (5, -100, 96)]
    assert session.live == [(100, 102), (100, 90)]


def test_the_second_half_waits_while_the_limit_rests():
    session = trade([*calm(6), TOP, *[(105, 106, 104, 105)] * 2], script={1: do("buy"), 2: sell_bracket(300)})
    assert [fill[0] for fill in session.fills] == [2, 7, 8]


def test_the_second_half_is_given_up_when_the_stop_comes_first():
    bars = [*calm(3), (100, 101, 94, 95), *[(104, 106, 103, 105)] * 3]
    session = trade(bars, script={1: do("buy"), 2: sell_bracket(300)})
    assert session.fills == [(2, 200, 100), (4, -200, 95)]
    assert session.event_kinds() == ["stop_hit", "reversal_dropped"]


@pytest.mark.parametrize("leave", [cancel("b"), do("close"), do("sell")], ids=["cancel", "close", "sell"])
def test_the_second_half_is_given_up_with_the_order_that_stands_for_it(leave):
    bars = [*calm(4), (100, 101, 99, 100), *[(104, 106, 103, 105)] * 3]
    session = trade(bars, script={1: do("buy"), 2: sell_bracket(300), 4: leave})
    assert session.position in (0, 200)
    assert session.event_kinds() == ["reversal_dropped"]


def test_the_second_half_waits_for_the_last_part_of_its_limit():
    bars = [*calm(5), *[(105, 106, 104, 105)] * 5]
    session = trade(bars, script={1: do("buy"), 5: sell_bracket(300)}, prepare=fixed_filler(80))
    assert [size for _, size, _ in session.fills] == [80, 80, 40, -80, -80, -40, -80, -20]
    assert session.position == -100


def test_a_stop_bracket_whose_stop_fills_in_parts_reverses_when_all_is_out():
    enter = sell_bracket(300, exectype=STOP, price=97, stopprice=102, limitprice=80)
    bars = [*calm(5), (100, 101, 96, 96), *[(96, 97, 95, 96)] * 6]
    session = trade(bars, script={1: do("buy"), 5: enter}, prepare=fixed_filler(80))
    assert [size for _, size, _ in session.fills] == [80, 80, 40, -80, -80, -40, -80, -20]


def test_where_orders_are_replaced_the_second_half_follows_the_new_one():
    # The partial exit of bar 3 makes the target smaller: a new order there.
    script = {1: do("buy"), 2: sell_bracket(300), 3: do("sell", size=20)}
    bars = [*calm(4), TOP, *[(105, 106, 104, 105)] * 3]
    changed, replaced = (trade(bars, script=script, in_place=in_place) for in_place in (True, False))
    assert [size for _, size, _ in changed.fills] == [200, -20, -180, -100]
    assert replaced.fills == changed.fills


def test_a_bracket_in_the_bar_of_a_close_waits_until_flat():
    script = {1: do("buy"), 2: each(do("close"), sell_bracket())}
    session = trade([*calm(4), TOP, CALM], script=script)
    assert session.fills[:2] == [(2, 200, 100), (3, -200, 100)]
    assert session.fills[2][2] == 105
    assert session.position < 0


def test_against_a_short_it_is_the_mirror():
    bars = [*calm(3), (100, 101, 94, 95), *[(95, 96, 94, 95)] * 2]
    session = trade(bars, script={1: do("sell"), 2: buy_bracket(300)})
    assert session.fills == [(2, -200, 100), (4, 200, 95), (5, 100, 95)]
    assert session.live == [(-100, 90), (-100, 110)]


def test_a_plain_limit_for_more_than_the_position_is_cut_to_it():
    # Protection is often sent for the size that was asked for, of which less was granted.
    session = trade(
        [*calm(3), TOP, *calm(2)], script={1: do("buy"), 2: do("sell", size=500, exectype=LIMIT, price=105)}
    )
    assert session.fills == [(2, 200, 100), (4, -200, 105)]


def test_against_an_entry_on_its_way_it_is_the_target_of_the_position():
    session = trade([*calm(2), TOP, CALM], script={1: each(do("buy"), sell_bracket())})
    assert session.fills == [(2, 200, 100), (3, -200, 105)]
    assert session.heard_of("b") == ["Accepted", "Completed"]
    assert not any(order.alive() for order in children(session))


def test_a_lone_stop_beside_a_close_opens_nothing():
    # Code that renews its stop while there is a position does so in the bar of its close too.
    script = {1: do("buy"), 2: each(do("close"), do("sell", exectype=STOP, price=97))}
    session = trade([*calm(4), (100, 101, 90, 91), *calm(2)], script=script)
    assert session.fills == [(2, 200, 100), (3, -200, 100)]
