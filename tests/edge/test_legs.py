"""Targets for parts of a position: each has its share of the stop, and the two cancel each other."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, cancel, do, each, fixed_filler, trade

NEAR = do("sell", size=80, exectype=LIMIT, price=105, name="near")
FAR = do("sell", size=50, exectype=LIMIT, price=110, name="far")
BOTH = {1: do("buy"), 2: each(NEAR, FAR)}


def test_two_sized_limits_give_two_pairs_and_a_stop_for_the_rest():
    session = trade(calm(4), script=BOTH)
    assert sorted(session.live) == sorted([(-80, 95), (-80, 105), (-50, 95), (-50, 110), (-70, 95)])
    assert session.outcomes()[1:] == [("target", "accepted", "own_target")] * 2


@pytest.mark.parametrize(
    ("bars", "fills"),
    [
        # the near target, then the stop for what is left
        ([(100, 106, 99, 104), (104, 104, 94, 95)], [(4, -80, 105), (5, -70, 95), (5, -50, 95)]),
        # both targets in one bar, then the stop for the rest
        ([(100, 111, 99, 104), (104, 104, 94, 95)], [(4, -80, 105), (4, -50, 110), (5, -70, 95)]),
        # a gap above both: each at the opening
        ([(112, 113, 111, 112), (100, 101, 94, 95)], [(4, -80, 112), (4, -50, 112), (5, -70, 95)]),
        # a bar that touches stop and targets is taken to have hit the stop first
        ([(100, 111, 94, 104), CALM], [(4, -70, 95), (4, -80, 95), (4, -50, 95)]),
    ],
)
def test_each_target_sells_its_share_once(bars, fills):
    session = trade([*calm(3), *bars, CALM], script=BOTH)
    assert session.fills[1:] == fills
    assert session.live == []
    assert session.is_covered


def test_a_target_that_fills_cancels_its_own_stop_and_no_other():
    session = trade([*calm(3), (100, 106, 99, 104), CALM], script=BOTH)
    assert sorted(session.live) == sorted([(-70, 95), (-50, 95), (-50, 110)])
    assert session.heard_of("near")[-1] == "Completed"
    assert session.heard_of("far")[-1] == "Accepted"


def test_targets_for_more_than_there_is_are_cut_in_their_order():
    script = {
        1: do("buy"),
        2: each(
            do("sell", size=150, exectype=LIMIT, price=105, name="near"),
            do("sell", size=100, exectype=LIMIT, price=110, name="far"),
        ),
    }
    session = trade([*calm(3), (106, 111, 105, 106), (100, 100, 94, 95)], script=script)
    assert session.fills[1:] == [(4, -150, 106), (4, -50, 110)]
    assert session.live == []


def test_a_scale_out_beside_a_stop_in_one_bar_sells_exactly_what_there_is():
    # 20 leave at the market of bar 4, whose low hits the stops for the 80 with a target and for the other 100.
    script = {1: do("buy"), 2: NEAR, 3: do("sell", size=20)}
    session = trade([*calm(3), (100, 106, 94, 104), CALM], script=script)
    assert sorted(session.fills[1:]) == sorted([(4, -20, 100), (4, -80, 95), (4, -100, 95)])
    assert session.live == []


def test_a_scale_out_comes_from_the_part_without_a_target_first():
    session = trade(calm(5), script={1: do("buy"), 2: NEAR, 3: do("sell", size=130)})
    assert sorted(session.live) == sorted([(-70, 95), (-70, 105)])


def test_an_own_stop_moves_the_stops_of_all_parts():
    session = trade(calm(5), script=BOTH | {3: do("sell", exectype=STOP, price=97)})
    assert sorted(session.live) == sorted([(-80, 97), (-80, 105), (-50, 97), (-50, 110), (-70, 97)])


def test_parts_of_fractions_leave_no_dust_for_an_order_of_its_own():
    # 0.8 - 0.7 is 0.10000000000000009 in floats
    script = {
        1: do("buy", size=0.8),
        2: each(
            do("sell", size=0.7, exectype=LIMIT, price=105),
            do("sell", size=0.1, exectype=LIMIT, price=110),
        ),
    }
    session = trade(calm(4), script=script, profile=ROUND.replace(lot=0.0))
    assert [price for _, price in session.live] == [95, 105, 95, 110]
    assert sum(size for size, price in session.live if price == 95) == -0.8


def test_a_part_sold_in_tenths_is_sold():
    # Eight tenths are 0.7999999999999999 in floats.
    profile = ROUND.replace(
        lot=0.0, place_stops=False, max_heat=None, target_heat=None, allocation="risk_per_trade"
    )
    script = {1: do("buy", size=1.6), 17: do("sell", size=0.8, exectype=LIMIT, price=105)}
    bars = [*calm(17), *[(106, 107, 105, 106)] * 8]
    session = trade(bars, script=script, profile=profile, prepare=fixed_filler(0.1))
    assert session.position == pytest.approx(0.8)
    assert session.live == []


def test_a_target_cut_by_an_exit_that_is_cancelled_goes_on_for_its_part():
    # 120 of 200 are to leave: 80 stay at the limit of 150, and are sold while the exit sells 80. 40 are left.
    script = {
        1: do("buy"),
        4: do("sell", size=150, exectype=LIMIT, price=110, name="near"),
        5: do("close", size=120),
        6: cancel("close"),
    }
    session = trade([*calm(5), *[(111, 112, 110, 111)] * 2], script=script, prepare=fixed_filler(80))
    assert session.fills[3:] == [(6, -80, 111), (6, -80, 111), (7, -40, 111)]


def test_a_part_without_a_target_takes_a_second_one_for_the_rest():
    session = trade(calm(5), script=BOTH | {3: do("sell", exectype=LIMIT, price=120, name="rest")})
    assert sorted(session.live) == sorted(
        [(-80, 95), (-80, 105), (-50, 95), (-50, 110), (-70, 95), (-70, 120)]
    )


def test_cancelling_one_target_gives_its_units_back_to_the_rest():
    session = trade(calm(5), script=BOTH | {3: cancel("near")})
    assert sorted(session.live) == sorted([(-150, 95), (-50, 95), (-50, 110)])
    assert session.heard_of("near") == ["Accepted", "Canceled"]
    assert session.is_covered


def test_the_parts_of_a_short_are_its_mirror():
    script = {
        1: do("sell"),
        2: each(
            do("buy", size=80, exectype=LIMIT, price=95, name="near"),
            do("buy", size=50, exectype=LIMIT, price=90, name="far"),
        ),
    }
    session = trade([*calm(3), (100, 101, 94, 96), (96, 106, 96, 105)], script=script)
    assert session.fills[1:] == [(4, 80, 95), (5, 70, 105), (5, 50, 105)]
    assert session.live == []
