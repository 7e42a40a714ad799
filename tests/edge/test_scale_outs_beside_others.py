"""A ladder beside what else acts on a position: targets, trails, the strategy's own calls, cuts of the heat.

One trade is 200 units at 100 with the stop at 95: 100 are to leave at 105, 50 at 110, and 50 ride.
"""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk.broker.orders import Role
from tests.edge.adds import ADDS, add
from tests.edge.market import CALM, LIMIT, ROUND, WIDE, calm, cancel, do, each, fixed_filler, trade

STEPS = ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.25)))
BUY = {1: do("buy")}
NEAR = (100, 106, 99, 104)
DROP = (100, 101, 94, 95)
LEGS = [(-100, 95), (-100, 105), (-50, 95), (-50, 110), (-50, 95)]


def scale(*bars, script=BUY, profile=STEPS, **options):
    return trade([*bars], script=script, profile=profile, **options)


def own(price, size=None):
    return do("sell", size=size, exectype=LIMIT, price=price, name="own")


# Targets of the whole position.


def test_the_rest_leaves_at_the_target_of_the_position():
    session = scale(*calm(3), (100, 121, 99, 120), script={1: do("buy", target=120)})
    assert session.fills[1:] == [(4, -100, 105), (4, -50, 110), (4, -50, 120)]
    assert session.live == []


@pytest.mark.parametrize("price", [107, 110])
def test_a_rung_at_the_target_or_beyond_it_leaves_with_the_rest(price):
    session = scale(*calm(3), (100, 112, 99, 110), script={1: do("buy", target=price)})
    assert session.fills[1:] == [(4, -100, 105), (4, -100, price)]


def test_the_profiles_target_comes_before_the_rungs_beyond_it():
    profile = STEPS.replace(target="r", target_r=1.5)
    session = scale(*calm(3), (100, 112, 99, 110), profile=profile)
    assert session.fills[1:] == [(4, -100, 105), (4, -100, 107.5)]


def test_the_fill_moves_rungs_beyond_the_target():
    # Filled at 104: 1 R is at 109, beyond 107, and everything leaves there.
    session = scale(CALM, *[(104, 105, 103, 104)] * 2, script={1: do("buy", target=107)})
    assert session.live == [(-200, 99), (-200, 107)]


def test_an_own_limit_becomes_the_target_of_the_rest_and_takes_the_rungs_beyond_it_along():
    session = scale(*calm(3), (100, 108, 99, 107), script=BUY | {2: own(107)})
    assert session.fills[1:] == [(4, -100, 105), (4, -100, 107)]
    assert session.heard_of("own") == ["Accepted", "Completed"]


def test_a_target_that_is_cancelled_gives_the_rungs_back():
    session = scale(*calm(4), script=BUY | {2: own(107), 3: cancel("own")})
    assert sorted(session.live) == sorted(LEGS)
    assert session.is_covered


def test_an_own_limit_for_a_part_comes_before_the_rungs():
    # With the shares making up the whole there is no rest: the far rung gives up 30.
    profile = ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.5)))
    session = scale(*calm(3), script=BUY | {2: own(120, size=30)}, profile=profile)
    units = {price: units for units, price in session.live if price != 95}
    assert units == {120: -30, 105: -100, 110: -70}
    assert session.is_covered


def test_own_limits_for_parts_can_be_set_before_the_fill():
    session = scale(*calm(2), script={1: each(do("buy"), own(120, size=30))})
    assert sorted(session.live) == sorted([(-30, 95), (-30, 120), *LEGS[:-1], (-20, 95)])


BRACKET = {1: do("buy_bracket", exectype=bt.Order.Market, stopprice=95, limitprice=120, name="b")}


@pytest.mark.parametrize(
    ("bar", "stop", "target"),
    [((100, 121, 99, 120), "Canceled", "Completed"), (DROP, "Completed", "Canceled")],
)
def test_a_bracket_hands_over_the_orders_of_the_rest(bar, stop, target):
    session = scale(*calm(3), NEAR, bar, script=BRACKET)
    assert (session.position, session.live) == (0, [])
    assert session.heard_of("b stop") == ["Accepted", stop]
    assert session.heard_of("b target") == ["Accepted", target]


def test_a_target_that_is_met_leaves_the_strategys_own_far_limit():
    script = {1: do("buy", target=108), 2: own(130, size=30)}
    session = scale(*calm(3), (100, 109, 99, 108), CALM, script=script, profile=ROUND)
    assert session.fills[1:] == [(4, -170, 108)]
    assert sorted(session.live) == [(-30, 95), (-30, 130)]


def test_a_target_that_was_met_does_not_come_back():
    script = {1: do("buy", target=108), 2: own(130, size=30), 4: cancel("own")}
    session = scale(*calm(3), (100, 109, 99, 108), CALM, script=script, profile=ROUND)
    assert session.live == [(-30, 95)]


def test_a_target_met_under_an_entry_in_parts_leaves_the_strategys_own_far_limit():
    # 80 of 200 are in: 30 are to wait for 130. The bar that brings 80 more meets the target of the other 50.
    bars = [*calm(2), (104, 109, 104, 108), *[(104, 104.5, 103, 104)] * 2]
    script = {1: do("buy", target=108), 2: own(130, size=30)}
    session = scale(*bars, script=script, profile=ROUND, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100), (3, 80, 104), (3, -50, 108), (4, -80, 104)]
    assert sorted(session.live) == [(-30, 95), (-30, 130)]
    # Where the limit is met as well, nothing is left to wait for.
    script = {1: do("buy", target=108), 2: own(106, size=30)}
    session = scale(*bars, script=script, profile=ROUND, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100), (3, 80, 104), (3, -50, 108), (3, -30, 106), (4, -80, 104)]


# What moves the stop.


def test_break_even_moves_the_stops_of_all_that_is_left():
    # 1 R is reached at 105: half is out, and the stop of the others goes to the entry.
    session = scale(*calm(3), NEAR, (104, 104, 99, 100), profile=STEPS.replace(break_even=1.0))
    assert session.fills[1:] == [(4, -100, 105), (5, -50, 100), (5, -50, 100)]
    assert session.is_covered


def test_a_trail_follows_on_for_the_rest():
    # 2 % behind 106, then behind 120, where the second rung is out.
    profile = STEPS.replace(trail="fixed", trail_fraction=0.02, trail_activation_gain=0.02)
    bars = [*calm(3), (104, 106, 104, 105), (106, 120, 106, 119), (119, 119, 117, 118)]
    session = scale(*bars, profile=profile)
    assert session.fills[1:] == [(4, -100, 105), (5, -50, 110), (6, -50, pytest.approx(117.6))]


# What else takes units.


def test_leaving_takes_all_legs_along():
    session = scale(*calm(3), NEAR, (104, 111, 94, 104), script=BUY | {4: do("close")})
    assert session.fills[1:] == [(4, -100, 105), (5, -100, 104)]
    assert session.live == []
    assert session.decisions[-1].target == 110


def test_leaving_while_a_rung_is_reached_sells_nothing_twice():
    # The close and the rung meet on bar 4, which opens above it: only what there is leaves.
    session = scale(*calm(3), (106, 107, 105, 106), script=BUY | {3: do("close")})
    assert session.fills[1:] == [(4, -200, 106)]


@pytest.mark.parametrize(
    ("size", "live"),
    [
        (30, [*LEGS[:4], (-20, 95)]),
        (70, [*LEGS[:2], (-30, 95), (-30, 110)]),
        (120, [(-80, 95), (-80, 105)]),
    ],
)
def test_a_part_that_is_closed_comes_from_the_rest_then_from_the_far_rung(size, live):
    session = scale(*calm(5), script=BUY | {3: do("close", size=size)})
    assert sorted(session.live) == sorted(live)
    assert session.is_covered


def test_what_was_closed_before_is_not_sold_again_at_a_rung():
    bars = [*calm(4), (106, 111, 105, 110), CALM]
    session = scale(*bars, script=BUY | {3: do("close", size=120)})
    assert session.fills[1:] == [(4, -120, 100), (5, -80, 106)]
    assert (session.live, session.desk.holdings) == ([], {})


def test_an_exit_that_is_cancelled_gives_the_rungs_their_units_back():
    session = scale(*calm(4), script=BUY | {3: each(do("close", size=180), cancel("close"))})
    assert sorted(session.live) == sorted(LEGS)
    assert session.is_covered


def test_a_rung_that_is_cancelled_gives_its_units_to_the_rest():
    def give_up(strategy):
        (near, _) = strategy.bt_risk.orders.live(strategy.data, Role.TARGET)
        strategy.cancel(near)

    session = scale(*calm(4), script=BUY | {2: give_up})
    assert sorted(session.live) == sorted([*LEGS[2:4], (-150, 95)])
    assert session.is_covered


def test_a_rung_cancelled_before_the_fill_stays_away():
    def give_up(strategy):
        strategy.cancel(strategy.bt_risk.orders.live(strategy.data, Role.TARGET)[0])

    session = scale(*calm(3), script={1: each(do("buy"), give_up)})
    assert sorted(session.live) == sorted([*LEGS[2:4], (-150, 95)])
    assert session.is_covered


def test_a_cut_of_the_heat_takes_the_rest_first():
    # 500 at 100 with the stop at 80 are 10 % of the account; at 84 they are more than that of what is left.
    profile = WIDE.replace(reduction="trim", ladder=((1.0, 0.5),))
    bars = [*calm(2), (100, 100, 84, 84), (84, 85, 83, 84), (84, 121, 84, 120)]
    session = scale(*bars, script={1: do("buy", size=500, stop=80)}, profile=profile)
    assert session.fills == [(2, 500, 100), (4, -40, 84), (5, -250, 120)]
    assert sorted(session.live) == [(-210, 80)]


# What adds to the position.


def test_an_add_brings_rungs_of_its_own_and_leaves_those_that_are_done():
    # Half of the first 200 left at 125, above 105. The add of 160 at 125 has an R of 6.25: 80 leave at 131.25.
    profile = ADDS.replace(ladder=((1.0, 0.5),))
    session = add((125, 130, 124, 130), (130, 132, 129, 131), (125, 125, 118, 119), profile=profile)
    assert session.fills[:4] == [(2, 200, 100), (3, -100, 125), (4, 160, 125), (5, -80, 131.25)]
    assert sorted(session.fills[4:]) == [(6, -100, 118.75), (6, -80, 118.75)]
    assert (session.live, session.is_covered) == ([], True)


# What is told.


def told(session):
    return [(event.level, event.text) for event in session.desk.events if event.kind == "scale_out"]


def test_what_leaves_at_a_rung_is_told():
    session = scale(*calm(3), NEAR, (104, 111, 103, 110), DROP)
    assert told(session) == [
        ("info", "d0: 100 units have left at the ladder"),
        ("info", "d0: 50 units have left at the ladder"),
    ]


def test_the_last_rung_is_told_as_well_and_a_target_or_a_stop_is_not():
    whole = ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.5)))
    assert len(told(scale(*calm(3), (100, 111, 99, 110), profile=whole))) == 1
    assert told(scale(*calm(3), (100, 111, 99, 110), script={1: do("buy", target=104)})) == []
    assert told(scale(*calm(3), DROP)) == []


def test_each_part_of_a_rung_is_told_once():
    session = scale(*calm(4), *[(104, 106, 104, 105)] * 3, prepare=fixed_filler(80))
    assert [text for _, text in told(session)] == [
        "d0: 80 units have left at the ladder",
        "d0: 20 units have left at the ladder",
    ]


def test_what_an_add_sells_at_its_rung_is_told():
    profile = ADDS.replace(ladder=((1.0, 0.5),))
    session = add((125, 130, 124, 130), (130, 132, 129, 131), profile=profile)
    assert [text.split()[1] for _, text in told(session)] == ["100", "80"]


# How the engine trades.


def test_an_entry_at_the_opening_has_its_rungs_from_the_next_bar():
    bars = [CALM, (100, 106, 99, 104), (104, 106, 104, 105)]
    session = scale(*bars, script={2: do("buy")}, in_open=True, cheat_on_open=True)
    assert session.fills == [(2, 200, 100), (3, -100, 105)]
