"""The profile's ladder in a run: shares of a position that leave at multiples of its risk.

One trade is 200 units at 100 with the stop at 95, so that one R is 5: half of it leaves at 105, a quarter at 110.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, do, each, fixed_filler, trade

STEPS = ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.25)))
BUY = {1: do("buy")}
DROP = (100, 101, 94, 95)
LEGS = [(-100, 95), (-100, 105), (-50, 95), (-50, 110), (-50, 95)]


def scale(*bars, script=BUY, profile=STEPS, **options):
    return trade([*bars], script=script, profile=profile, **options)


def test_each_rung_and_the_rest_have_a_stop_of_their_own():
    assert scale(*calm(3)).live == LEGS


def test_the_legs_are_sent_with_the_entry_each_stop_before_its_target():
    assert scale(CALM).live == [(200, 100), *LEGS]


@pytest.mark.parametrize(
    ("bars", "fills"),
    [
        # the near rung, then the stop for what is left
        ([(100, 106, 99, 104), DROP], [(4, -100, 105), (5, -50, 95), (5, -50, 95)]),
        # touched is reached, a cent below is not
        ([(100, 105, 99, 104), (104, 104.99, 99, 100)], [(4, -100, 105)]),
        ([(100, 104.99, 99, 104), DROP], [(5, -100, 95), (5, -50, 95), (5, -50, 95)]),
        # one after the other
        ([(100, 106, 99, 104), (104, 111, 103, 110)], [(4, -100, 105), (5, -50, 110)]),
        # both in one bar, and over both with one jump: at the opening
        ([(100, 111, 99, 110)], [(4, -100, 105), (4, -50, 110)]),
        ([(112, 113, 111, 112)], [(4, -100, 112), (4, -50, 112)]),
        # a bar that touches stop and rungs is taken to have hit the stop first
        ([(100, 111, 94, 104), CALM], [(4, -100, 95), (4, -50, 95), (4, -50, 95)]),
        # a gap through all stops
        ([(90, 91, 89, 90)], [(4, -100, 90), (4, -50, 90), (4, -50, 90)]),
    ],
)
def test_each_rung_sells_its_share_once(bars, fills):
    session = scale(*calm(3), *bars)
    assert session.fills == [(2, 200, 100), *fills]
    assert session.is_covered


def test_after_a_rung_its_stop_is_gone_in_the_same_bar():
    session = scale(*calm(3), (100, 106, 99, 104))
    assert session.covers[-1] == (4, 100, 100)
    assert sorted(session.live) == sorted([(-50, 95), (-50, 110), (-50, 95)])
    assert session.heats[-1] == pytest.approx(100 * 5 / 100_900)


def test_what_each_part_brought_is_in_the_cash():
    # 100 * 5 and 50 * 10 won, 50 * 5 lost
    session = scale(*calm(3), (100, 111, 99, 110), DROP)
    assert session.cash == 100_000 + 500 + 500 - 250
    assert (session.live, session.desk.holdings) == ([], {})


def test_no_rung_is_tried_on_the_bar_of_the_entry():
    session = scale(CALM, (100, 111, 99, 100), (100, 104, 99, 100))
    assert session.fills == [(2, 200, 100)]


def test_the_stop_on_the_bar_of_the_entry_takes_every_part_along():
    session = scale(CALM, (100, 111, 94, 100), *calm(2))
    assert session.fills == [(2, 200, 100), (2, -100, 95), (2, -50, 95), (2, -50, 95)]
    assert session.live == []


def test_an_entry_that_is_called_off_takes_its_legs_along():
    session = scale(*calm(2), script={1: each(do("buy"), do("close"))})
    assert (session.fills, session.live, session.desk.heat) == ([], [], 0)


# Where the rungs stand.


@pytest.mark.parametrize(
    ("profile", "entry", "stop", "rungs"),
    [
        # the stop follows the fill, R stays 5
        (STEPS, do("buy"), 99, (109, 114)),
        # the stop stays at 95, so that R is 9
        (STEPS.replace(stop_anchor="decision"), do("buy"), 95, (113, 122)),
        (STEPS, do("buy", stop=95), 95, (113, 122)),
    ],
)
def test_rungs_count_r_from_the_fill(profile, entry, stop, rungs):
    session = scale(CALM, *[(104, 105, 103, 104)] * 2, script={1: entry}, profile=profile)
    prices = [price for _, price in session.live]
    assert prices == [stop, rungs[0], stop, rungs[1], stop]


def test_the_rungs_of_a_short_are_the_mirror():
    bars = [*calm(3), (100, 101, 94, 96), (96, 97, 89, 90), (90, 106, 90, 105)]
    session = scale(*bars, script={1: do("sell")})
    assert session.fills == [(2, -200, 100), (4, 100, 95), (5, 50, 90), (6, 50, 105)]
    assert session.is_covered


def test_rungs_that_a_short_could_never_reach_are_left_out():
    # Sold at 100 with the stop at 160: 1 R is at 40, 2 R below zero. 1 000 / 60 = 16 units.
    session = scale(*calm(3), script={1: do("sell", stop=160)})
    assert session.live == [(8, 160), (8, 40), (8, 160)]


def test_a_limit_entry_has_its_rungs_from_the_bar_after_its_fill():
    # Bought at 100 on a bar that has been up to 106.
    bars = [CALM, (102, 106, 99, 101), (101, 106, 100, 104)]
    session = scale(*bars, script={1: do("buy", exectype=LIMIT, price=100)})
    assert session.fills == [(2, 200, 100), (3, -100, 105)]


def test_a_stop_that_follows_before_the_fill_sets_another_r():
    # Sized at 95; the stop of 98 makes one R 2.
    session = scale(*calm(2), script={1: each(do("buy"), do("sell", exectype=STOP, price=98))})
    assert session.live == [(-100, 98), (-100, 102), (-50, 98), (-50, 104), (-50, 98)]


def test_a_stop_that_follows_after_the_fill_leaves_the_rungs():
    session = scale(*calm(3), script=BUY | {2: do("sell", exectype=STOP, price=98)})
    assert session.live == [(-100, 98), (-100, 105), (-50, 98), (-50, 110), (-50, 98)]


def test_without_a_stop_there_is_no_r_and_no_rung():
    profile = STEPS.replace(
        stop="none",
        sizing=("cash_fraction",),
        cash_fraction=0.1,
        max_heat=None,
        target_heat=None,
        allocation="risk_per_trade",
        risk_per_trade_max=None,
    )
    assert scale(*calm(3), profile=profile).live == []
    # 10 000 / 100 = 100 units, with a stop of their own
    session = scale(*calm(3), script={1: do("buy", stop=90)}, profile=profile)
    assert session.live == [(-50, 90), (-50, 110), (-25, 90), (-25, 120), (-25, 90)]


def test_rungs_act_where_no_stops_are_placed():
    profile = STEPS.replace(place_stops=False, max_heat=None, target_heat=None, allocation="risk_per_trade")
    session = scale(*calm(3), (100, 106, 94, 95), (95, 111, 95, 110), profile=profile)
    assert session.fills == [(2, 200, 100), (4, -100, 105), (5, -50, 110)]
    assert session.live == []


# Sizes.


@pytest.mark.parametrize(
    ("changes", "live"),
    [
        # a quarter of 200 is no lot of 80
        ({"lot": 80.0}, [(-80, 95), (-80, 105), (-80, 95)]),
        # no share is a lot
        ({"lot": 150.0}, [(-150, 95)]),
        # thirds of 200
        (
            {"ladder": ((1.0, 0.333), (2.0, 0.333))},
            [(-66, 95), (-66, 105), (-66, 95), (-66, 110), (-68, 95)],
        ),
        # shares that make up the whole leave no rest
        ({"ladder": ((1.0, 0.5), (2.0, 0.5))}, [(-100, 95), (-100, 105), (-100, 95), (-100, 110)]),
        ({"ladder": ((0.5, 1.0),)}, [(-200, 95), (-200, 102.5)]),
    ],
)
def test_shares_are_cut_to_the_lot_and_the_rest_keeps_what_is_left(changes, live):
    assert scale(*calm(3), profile=STEPS.replace(**changes)).live == live


def test_fractions_leave_in_fractions():
    # 1 000 / 5.5 units at 110 with the stop at 104.5: a third each at 115.5, at 121 and at the stop.
    profile = STEPS.replace(lot=0.0, ladder=((1.0, 1 / 3), (2.0, 1 / 3)))
    session = scale(*[(110, 111, 109, 110)] * 3, (110, 122, 109, 110), (110, 111, 104, 105), profile=profile)
    third = pytest.approx(-1000 / 5.5 / 3)
    assert session.fills[1:] == [(4, third, 115.5), (4, third, 121), (5, third, 104.5)]
    assert (session.position, session.live, session.is_covered) == (0, [], True)


def test_a_future_counts_its_multiplier_once():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=0.0, margin=1000.0, mult=10.0)

    # One unit risks 5 * 10: 1 000 buys 20. 10 leave with 5 * 10 each, 5 with 10 * 10, 5 lose 5 * 10.
    session = scale(*calm(3), (100, 111, 99, 110), DROP, prepare=futures)
    assert session.fills == [(2, 20, 100), (4, -10, 105), (4, -5, 110), (5, -5, 95)]
    assert session.cash == 100_000 + 500 + 500 - 250


# Brokers that fill in parts.


def test_the_legs_grow_with_what_is_filled():
    session = scale(*calm(6), prepare=fixed_filler(80))
    assert session.live == LEGS
    assert session.covers == [(2, 80, 80), (3, 160, 160), (4, 200, 200), (5, 200, 200), (6, 200, 200)]
    halfway = scale(*calm(3), prepare=fixed_filler(80))
    assert halfway.live[1:] == [(-80, 95), (-80, 105), (-40, 95), (-40, 110), (-40, 95)]


def test_a_rung_reached_before_the_entry_is_complete_sells_its_share_of_what_comes_later():
    # 80 at 100: of them 40 leave at 105, while 80 come in; of the last 40 and those, 60 more.
    bars = [CALM, CALM, (104, 106, 104, 105), (104, 106, 104, 105), (104, 106, 104, 105), DROP, CALM]
    session = scale(*bars, prepare=fixed_filler(80))
    assert session.fills[:3] == [(2, 80, 100), (3, 80, 104), (3, -40, 105)]
    assert session.fills[3:6] == [(4, 40, 104), (4, -40, 105), (5, -20, 105)]
    assert session.fills[6:] == [(6, -50, 95), (6, -50, 95)]
    assert (session.live, session.is_covered) == ([], True)


def test_a_rung_that_fills_in_parts_keeps_its_stop_for_the_rest():
    # 80 of 100 at 105 on bar 5; then the stop, for the 20 as well.
    session = scale(*calm(4), (100, 106, 99, 104), DROP, *calm(2), prepare=fixed_filler(80))
    assert session.fills[3] == (5, -80, 105)
    assert sorted(session.fills[4:]) == sorted([(6, -50, 95), (6, -50, 95), (6, -20, 95)])
    assert (session.live, session.is_covered) == ([], True)


def test_a_rung_without_a_stop_fills_in_parts_to_the_end():
    profile = STEPS.replace(place_stops=False, max_heat=None, target_heat=None, allocation="risk_per_trade")
    bars = [*calm(6), *[(104, 106, 104, 105)] * 4]
    session = scale(*bars, profile=profile, prepare=fixed_filler(40))
    assert session.fills[5:] == [(7, -40, 105), (8, -40, 105), (9, -20, 105)]
    assert session.live == [(-50, 110)]


def test_a_stop_that_fills_in_parts_takes_all_rungs_along():
    bars = [*calm(5), DROP, (96, 111, 96, 110), *[(110, 111, 109, 110)] * 2]
    session = scale(*bars, prepare=fixed_filler(60))
    assert session.fills[4:7] == [(6, -60, 95), (6, -50, 95), (6, -50, 95)]
    assert session.fills[7:] == [(7, -40, 96)]
    assert (session.live, session.is_covered) == ([], True)
