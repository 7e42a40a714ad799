"""Calls against an entry on its way: a smaller one takes a part of it back, with all that was reserved for it."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import LIMIT, STOP, WIDE, calm, do, each, fixed_filler, trade

RESTING = do("buy", exectype=LIMIT, price=90, stop=85, target=110)
TAKE_BACK = do("sell", size=50, name="less")


def test_a_smaller_opposite_order_takes_a_part_of_the_entry_back():
    session = trade(calm(4), script={1: each(do("buy"), TAKE_BACK)})
    assert session.fills == [(2, 150, 100)]
    assert session.live == [(-150, 95)]
    assert session.strategy.sent["less"].ref == session.strategy.sent["buy"].ref


def test_what_was_reserved_goes_down_with_it():
    # 200 units at 5 each on 100 000 are 1 %; three quarters of them 0.75 %.
    heats = []

    def look(strategy):
        heats.append(strategy.bt_risk.reserved_heat)

    trade(calm(2), script={1: each(do("buy"), look, TAKE_BACK, look)})
    assert heats == pytest.approx([0.01, 0.0075])


def test_stop_and_target_of_a_resting_entry_follow_its_size():
    session = trade(calm(4), script={1: RESTING, 3: TAKE_BACK})
    assert session.live == [(150, 90), (-150, 85), (-150, 110)]


def test_the_cash_of_what_is_taken_back_is_free_again():
    # 18 000 are held by the entry at 90 and leave 2 000 for 20 units at 100; a quarter given back makes it 65.
    resting = do("buy", size=200, exectype=LIMIT, price=90, stop=85)
    enter = each(resting, TAKE_BACK, do("buy", data=1))
    session = trade(calm(2), calm(2), script={1: enter}, cash=20_000, profile=WIDE)
    assert session.fills == [(2, 65, 100)]


class FeePerOrder(bt.CommInfoBase):
    params = (("stocklike", True),)

    def _getcommission(self, size, price, pseudoexec):
        return 10.0


def test_what_is_left_reserves_what_an_entry_of_its_size_would():
    # A fee per order is the same for 100 units as for 150: the risk does not go down in proportion.
    def reserved(*calls):
        def prepare(cerebro):
            cerebro.broker.addcommissioninfo(FeePerOrder())

        return trade(calm(1), script={1: each(*calls)}, prepare=prepare).desk.ledger.reserved_risk

    assert reserved(do("buy", size=150), TAKE_BACK) == pytest.approx(510)
    assert reserved(do("buy", size=100)) == pytest.approx(510)


def test_the_record_tells_what_was_taken_back():
    session = trade(calm(3), script={1: each(do("buy"), TAKE_BACK)})
    decision = session.decisions[1]
    assert (decision.kind, decision.outcome, decision.wanted, decision.given) == ("exit", "accepted", 50, 50)
    assert decision.text == "the entry on its way is reduced to 150"


@pytest.mark.parametrize("size", [200, 200 * (1 + 1e-12), None])
def test_taking_all_of_it_back_calls_it_off(size):
    session = trade(calm(3), script={1: each(do("buy"), do("sell", size=size))})
    assert (session.fills, session.live, session.desk.plans) == ([], [], {})
    assert session.outcomes()[1] == ("exit", "cancelled", "signal")


def test_taking_nothing_back_changes_nothing():
    session = trade(calm(3), script={1: each(do("buy"), do("sell", size=0))})
    assert session.fills == [(2, 200, 100)]
    assert session.outcomes()[1] == ("exit", "nothing", "signal")


def test_parts_taken_back_one_after_the_other_add_up():
    session = trade(calm(3), script={1: each(do("buy"), *[TAKE_BACK] * 3)})
    assert session.fills == [(2, 50, 100)]


def test_more_than_the_entry_turns_it_into_one_for_the_rest_of_the_other_side():
    session = trade(calm(3), script={1: each(do("buy"), do("sell", size=250))})
    assert session.fills == [(2, -50, 100)]


def test_a_short_entry_is_the_mirror():
    session = trade(calm(4), script={1: each(do("sell"), do("buy", size=50))})
    assert session.fills == [(2, -150, 100)]
    assert session.live == [(150, 105)]


def test_each_of_two_ways_in_is_reduced():
    def two_ways(strategy):
        first = strategy.buy(size=100, exectype=LIMIT, price=90)
        strategy.buy(size=100, exectype=STOP, price=103, oco=first)
        strategy.sell(size=40)

    session = trade([*calm(2), (103, 104, 102, 103), *calm(1)], script={1: two_ways})
    assert session.fills == [(3, 60, 103)]


def test_an_entry_that_fills_in_parts_is_reduced_before_its_first_fill():
    session = trade(calm(5), script={1: each(do("buy"), TAKE_BACK)}, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100), (3, 70, 100)]
    assert session.is_covered


def test_where_orders_cannot_be_changed_the_whole_entry_is_withdrawn_and_told():
    session = trade(calm(4), script={1: each(do("buy"), TAKE_BACK)}, in_place=False)
    assert (session.fills, session.live) == ([], [])
    assert session.outcomes()[1] == ("exit", "cancelled", "signal")
    assert session.event_kinds() == ["entry_withdrawn"]


def test_closing_a_part_of_what_is_on_its_way_takes_that_part_back():
    session = trade(calm(4), script={1: each(do("buy"), do("close", size=50))})
    assert session.fills == [(2, 150, 100)]


def test_closing_more_than_is_on_its_way_opens_nothing():
    session = trade(calm(4), script={1: each(do("buy"), do("close", size=500))})
    assert (session.fills, session.live) == ([], [])


def test_taking_three_quarters_back_leaves_one():
    session = trade(calm(3), script={1: each(do("buy"), do("sell", size=150))})
    assert session.fills == [(2, 50, 100)]
