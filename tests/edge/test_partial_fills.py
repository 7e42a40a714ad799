"""A broker that fills in parts: after every bar what is open is covered, to the unit, and nothing flips."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, do, each, fixed_filler, trade


def positions(session):
    """Return the position after each fill."""
    held, seen = 0, []
    for _, size, _ in session.fills:
        held += size
        seen.append(held)
    return seen


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_leaving_a_partly_filled_position_calls_off_the_rest_of_its_entry(leave):
    session = trade(calm(8), script={1: do("buy"), 2: do(leave)}, prepare=fixed_filler(120))
    assert session.fills == [(2, 120, 100), (3, -120, 100)]
    assert session.live == []


def test_a_bracket_under_a_filler_returns_three_orders():
    def bracket(strategy):
        orders = strategy.buy_bracket(exectype=bt.Order.Market, stopprice=95, limitprice=110)
        strategy.sent["refs"] = None
        strategy.p.session.notes.extend(order.ref for order in orders)

    session = trade(calm(4), script={1: bracket}, prepare=fixed_filler(120))
    assert len(set(session.notes)) == 3


def test_each_part_of_an_entry_is_covered_from_its_fill():
    session = trade(calm(6), script={1: do("buy")}, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100), (3, 80, 100), (4, 40, 100)]
    assert session.covers == [(2, 80, 80), (3, 160, 160), (4, 200, 200), (5, 200, 200), (6, 200, 200)]
    assert session.live == [(-200, 95)]


def test_a_stop_hit_before_the_entry_is_complete_calls_off_the_rest():
    # 80 are in when bar 3 falls through the stop; before it in the queue, the entry takes 80 more at the opening.
    bars = [CALM, CALM, (100, 101, 94, 95), *[(95, 96, 94, 95)] * 5]
    session = trade(bars, script={1: do("buy")}, prepare=fixed_filler(80))
    assert positions(session)[-1] == 0
    assert min(positions(session)) == 0
    assert max(positions(session)) <= 200
    assert session.is_covered
    assert (session.live, session.desk.plans, session.desk.heat) == ([], {}, 0)


def test_a_target_that_fills_in_parts_keeps_its_stop_for_the_rest():
    # 80 of 200 at 110, then the price falls to the stop: 80 + 40.
    bars = [*calm(4), (100, 111, 99, 109), (109, 109, 94, 95), *[(95, 96, 94, 95)] * 4]
    session = trade(bars, script={1: do("buy", target=110)}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(5, -80, 110), (6, -80, 95), (7, -40, 95)]
    assert session.is_covered
    assert (session.live, session.desk.holdings) == ([], {})


def test_a_target_filled_to_the_end_leaves_nothing():
    bars = [*calm(4), *[(110, 111, 109, 110)] * 5]
    session = trade(bars, script={1: do("buy", target=110)}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(5, -80, 110), (6, -80, 110), (7, -40, 110)]
    assert session.is_covered
    assert session.live == []


def test_two_targets_that_fill_in_parts_sell_no_unit_twice():
    targets = each(
        do("sell", size=100, exectype=LIMIT, price=110, name="near"),
        do("sell", size=50, exectype=LIMIT, price=112, name="far"),
    )
    bars = [*calm(5), *[(111, 113, 110, 111)] * 3, (100, 101, 94, 95), *[(95, 96, 94, 95)] * 3]
    session = trade(bars, script={1: do("buy"), 5: targets}, prepare=fixed_filler(80))
    assert positions(session)[-1] == 0
    assert min(positions(session)) == 0
    assert session.is_covered
    sold = [(size, price) for _, size, price in session.fills[3:]]
    assert sorted(sold) == sorted([(-80, 111), (-20, 111), (-50, 112), (-50, 95)])
    assert session.live == []


def test_a_partial_exit_beside_a_stop_that_fills_in_parts_does_not_flip():
    bars = [*calm(4), (100, 101, 94, 95), *[(95, 96, 94, 95)] * 4]
    session = trade(bars, script={1: do("buy"), 4: do("sell", size=150)}, prepare=fixed_filler(80))
    assert positions(session)[-1] == 0
    assert min(positions(session)) == 0
    assert session.is_covered
    assert session.live == []


def test_a_limit_entry_is_protected_part_by_part_from_the_bar_after():
    # 1 000 at 4.95 a unit are 202; the stop of 94.05 is not yet there on the bar of the fill.
    bars = [CALM, (100, 101, 94, 100), (94, 95, 93, 94), *[(94, 95, 93, 94)] * 3]
    session = trade(bars, script={1: do("buy", exectype=LIMIT, price=99)}, prepare=fixed_filler(80))
    assert session.fills[0] == (2, 80, 99)
    assert positions(session)[-1] == 0
    assert min(positions(session)) == 0
    assert session.is_covered


def test_shorts_in_parts_are_covered_as_their_mirror():
    bars = [*calm(4), (100, 106, 99, 105), *[(105, 106, 104, 105)] * 4]
    session = trade(bars, script={1: do("sell")}, prepare=fixed_filler(80))
    assert session.fills == [
        (2, -80, 100),
        (3, -80, 100),
        (4, -40, 100),
        (5, 80, 105),
        (6, 80, 105),
        (7, 40, 105),
    ]
    assert session.is_covered


def test_an_own_stop_under_a_filler_moves_the_stop_of_what_is_filled_and_of_the_rest():
    script = {1: do("buy"), 2: do("sell", exectype=STOP, price=97, name="own")}
    session = trade(calm(6), script=script, prepare=fixed_filler(80))
    assert session.live == [(-200, 97)]
    assert session.is_covered


def test_a_whole_entry_in_one_fill_under_a_filler_is_covered_from_the_next_bar():
    bars = [CALM, (100, 101, 94, 96), (96, 97, 94, 95), CALM]
    session = trade(bars, script={1: do("buy")}, profile=ROUND, prepare=fixed_filler(1000))
    assert session.fills == [(2, 200, 100), (3, -200, 95)]


@pytest.mark.parametrize("order", [{}, {"exectype": LIMIT, "price": 100}])
def test_once_its_stop_has_fired_an_entry_buys_no_more(order):
    # 80 of 200 on bar 2; on bar 3 the next 80 come in and the stop for the first 80 fires. Its reason is gone.
    bars = [CALM, CALM, (100, 101, 94, 96), *[(96, 97, 95.5, 96)] * 5]
    session = trade(bars, script={1: do("buy", **order)}, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100), (3, 80, 100), (3, -80, 95), (4, -80, 96)]
    assert session.is_covered


def test_an_exit_in_parts_shrinks_when_something_else_sells_too():
    # The exit for 200 has sold 80; on bar 6 it sells 80 more and an order behind the desk's back 30: 10 are left.
    def behind(strategy):
        strategy.broker.sell(strategy, strategy.data, size=30)

    session = trade(calm(9), script={1: do("buy"), 4: do("close"), 5: behind}, prepare=fixed_filler(80))
    assert [size for _, size, _ in session.fills[3:]] == [-80, -80, -30, -10]
    assert session.live == []


def test_a_target_filled_in_part_is_tied_to_its_new_stop():
    # 80 of 160 at 110 on bar 5; bar 6 touches stop and target, and only the stop sells what is left.
    bars = [*calm(4), (100, 111, 99, 109), (100, 111, 94, 100), *calm(2)]
    session = trade(bars, script={1: do("buy", size=160, target=110)}, prepare=fixed_filler(80))
    assert session.fills[2:] == [(5, -80, 110), (6, -80, 95)]
    assert (session.live, session.is_covered) == ([], True)
