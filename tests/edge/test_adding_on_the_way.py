"""Adds on their way: they follow the stop of their position, and go when it goes."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.adds import ADDS, HIGH, add, held
from tests.edge.market import CALM, LIMIT, STOP, cancel, do, each, fixed_filler

# Adds that wait.


def test_an_add_on_its_way_follows_the_stop_of_the_position():
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=120, name="add")}
    script |= {4: do("sell", exectype=STOP, price=116)}
    session = add(HIGH, script=script)
    assert sorted(session.live) == [(-200, 116), (-166, 116), (166, 120)]
    assert session.desk.reserved_heat == pytest.approx(166 * 4 / 105_000)


def test_an_add_that_the_stop_has_passed_is_withdrawn():
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=120, name="add")}
    session = add(HIGH, HIGH, script=script | {4: do("sell", exectype=STOP, price=120)})
    assert session.live == [(-200, 120)]
    assert session.heard_of("add")[-1] == "Canceled"
    assert "entry_withdrawn" in session.event_kinds()
    assert (session.desk.plans, session.desk.reserved_heat) == ({}, 0)


def test_an_add_on_its_way_follows_the_stop_that_another_add_brings():
    # The first brings the stop to 118.75: beyond the price of the third, and beside that of the second.
    script = {1: do("buy", size=10)}
    orders = [do("buy", size=10)]
    orders += [do("buy", size=10, exectype=LIMIT, price=price, name=str(price)) for price in (120, 118)]
    session = add(HIGH, HIGH, script=script | {3: each(*orders)}, profile=ADDS.replace(max_adds=3))
    assert sorted(session.live) == [(-10, 118.75), (-10, 118.75), (-10, 118.75), (10, 120)]
    assert session.heard_of("118")[-1] == "Canceled"


def test_the_trail_takes_an_add_on_its_way_along():
    # 20 % from the extreme of 125 hangs at 100, from 150 at 120, above the price of the add.
    profile = ADDS.replace(trail="fixed", trail_fraction=0.2, trail_activation_gain=0.05)
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=119, name="add")}
    session = add((125, 150, 124, 149), (149, 150, 148, 149), script=script, profile=profile)
    assert session.live == [(-200, 120)]
    assert session.heard_of("add")[-1] == "Canceled"


@pytest.mark.parametrize(
    "end", [{4: do("close")}, {3: do("buy", exectype=LIMIT, price=90, name="add", stop=80), 4: do("close")}]
)
def test_closing_calls_off_an_add_on_its_way(end):
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=120, name="add")} | end
    session = add(HIGH, (120, 121, 89, 100), CALM, script=script)
    assert session.fills[1:] in ([(5, -200, 120)], [(5, -200, 125)])
    assert (session.live, session.desk.plans, session.desk.heat) == ([], {}, 0)


def test_closing_in_the_bar_of_an_add_takes_it_back():
    session = add(HIGH, script={1: do("buy"), 3: each(do("buy", name="add"), do("close"))})
    assert session.fills[1:] == [(4, -200, 125)]
    assert session.heard_of("add")[-1] == "Canceled"
    assert session.live == []


def test_a_reversal_calls_off_an_add_on_its_way():
    reverse = do("sell", size=260)
    session = add(HIGH, HIGH, HIGH, script={1: do("buy"), 3: each(do("buy", name="add"), reverse)})
    assert session.fills[1:] == [(4, -200, 125), (5, -60, 125)]
    assert session.live == [(60, 131.25)]


def test_an_add_goes_when_its_position_is_stopped():
    script = {1: do("buy"), 3: do("buy", exectype=STOP, price=130, name="add")}
    session = add((125, 126, 94, 95), (130, 131, 129, 130), script=script)
    assert session.fills[1:] == [(4, -200, 95)]
    assert (session.live, session.desk.heat) == ([], 0)
    assert session.heard_of("add")[-1] == "Canceled"


def test_nothing_is_added_while_a_part_leaves():
    script = {1: do("buy"), 3: each(do("sell", size=50), do("buy"), do("buy", exectype=LIMIT, price=120))}
    session = add(HIGH, script=script)
    assert session.fills[1:] == [(4, -50, 125)]
    assert {decision.text for decision in session.decisions[2:]} == {"d0 has an exit on its way"}


def test_an_entry_after_a_close_waits_until_flat_as_before():
    session = add(HIGH, HIGH, script={1: do("buy"), 3: each(do("close"), do("buy"))})
    assert [size for _, size, _ in session.fills] == [200, -200, 160]


@pytest.mark.parametrize("part", [1_000, 80])
def test_an_add_that_a_broker_fills_after_its_position_was_closed_is_a_protected_entry(part):
    def deaf(strategy):
        orders, add_order = strategy.bt_risk.orders, strategy.sent["add"]
        cancel_order = orders.cancel
        orders.cancel = lambda order: None if order is add_order else cancel_order(order)

    wait = do("buy", exectype=LIMIT, price=120, name="add")
    script = {1: do("buy", size=80), 3: each(wait, deaf, do("close"))}
    session = add(HIGH, *[(120, 121, 119, 120)] * 4, script=script, prepare=fixed_filler(part))
    assert session.fills[1:3] == [(4, -80, 125), (5, min(part, 166), 120)]
    assert (session.live, session.is_covered) == ([(-166, 114)], True)
    assert held(session).adds == 0


# Adds that fail.


def test_an_add_refused_for_cash_leaves_the_position_as_it_was():
    # 600 of them for 75 000 are paid by the 80 000 that are left, at 140 they are not.
    profile = ADDS.replace(risk_money=4_000.0)
    session = add(
        (140, 141, 139, 140), HIGH, script={1: do("buy", size=200), 3: do("buy", size=600)}, profile=profile
    )
    assert session.fills == [(2, 200, 100)]
    assert session.heard_of("buy")[-1] == "Margin"
    assert (session.live, session.desk.plans, session.desk.reserved_heat) == ([(-200, 95)], {}, 0)
    assert held(session).adds == 0


def test_a_cancelled_add_leaves_the_position_as_it_was():
    session = add(HIGH, script={1: do("buy"), 3: each(do("buy", name="add"), cancel("add"))})
    assert session.fills == [(2, 200, 100)]
    assert (session.live, session.desk.reserved_heat) == ([(-200, 95)], 0)


# Brackets.


def test_a_bracket_that_adds_hands_out_its_live_children():
    script = {
        1: do("buy"),
        3: do("buy_bracket", exectype=bt.Order.Market, stopprice=120, limitprice=140, name="b"),
    }
    session = add(HIGH, HIGH, (125, 126, 119, 120), script=script)
    assert session.heard_of("b stop") == ["Accepted", "Completed"]
    assert session.heard_of("b target") == ["Accepted", "Canceled"]
    assert session.fills[2:] == [(6, -200, 120), (6, -200, 120)]


@pytest.mark.parametrize("bar", [3, 4])
def test_cancelling_the_stop_of_an_add_leaves_it_protected(bar):
    script = {
        1: do("buy"),
        3: do("buy_bracket", exectype=bt.Order.Market, stopprice=120, limitprice=140, name="b"),
    }
    stop = cancel("b stop")
    script |= {3: each(script[3], stop)} if bar == 3 else {4: stop}
    session = add(HIGH, HIGH, (125, 126, 119, 120), script=script)
    assert [(size, price) for _, size, price in session.fills[2:]] == [(-200, 120), (-200, 120)]
    assert session.is_covered


def test_cancelling_the_target_of_an_add_on_its_way_leaves_that_of_the_position():
    bracket = do("buy_bracket", exectype=bt.Order.Market, stopprice=120, limitprice=140, name="b")
    script = {1: do("buy", target=130), 3: each(bracket, cancel("b target"))}
    session = add(HIGH, script=script)
    assert sorted(session.live) == [(-200, 120), (-200, 120), (-200, 130)]


def test_cancelling_the_target_of_an_add_that_came_leaves_its_stop():
    bracket = do("buy_bracket", exectype=bt.Order.Market, stopprice=120, limitprice=140, name="b")
    script = {1: do("buy", target=130), 3: bracket, 5: cancel("b target")}
    session = add(HIGH, HIGH, script=script)
    assert sorted(session.live) == [(-200, 120), (-200, 120), (-200, 130)]
    assert session.is_covered
