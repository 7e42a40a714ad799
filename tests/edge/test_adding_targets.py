"""Each entry of a position keeps its own target."""

from __future__ import annotations

import backtrader as bt

from bt_risk.positions.added import Added
from bt_risk.positions.legs import Legs
from tests.edge.adds import ADDS, HIGH, OWN_TARGETS, add
from tests.edge.market import LIMIT, cancel, do


def test_each_entry_keeps_its_own_target():
    session = add(HIGH, (125, 131, 124, 130), (130, 141, 129, 140), script=OWN_TARGETS)
    assert session.fills[2:] == [(5, -200, 130), (6, -160, 140)]
    assert session.is_covered


def test_the_targets_of_both_are_beside_one_stop():
    session = add(HIGH, script=OWN_TARGETS)
    assert sorted(session.live) == [(-200, 118.75), (-200, 130), (-160, 118.75), (-160, 140)]


def test_the_target_of_the_profile_is_counted_from_each_entry():
    # 3R: 115 for the first, which it met at 124; 125 + 3 * 6.25 for the add
    profile = ADDS.replace(target="r", target_r=6.0)
    session = add(HIGH, profile=profile)
    assert sorted(session.live) == [(-200, 118.75), (-200, 130), (-160, 118.75), (-160, 162.5)]


def test_a_target_that_is_given_up_leaves_its_units_to_the_stop_alone():
    script = {1: do("buy_bracket", exectype=bt.Order.Market, stopprice=95, limitprice=130, name="first")}
    script |= {3: do("buy", target=140), 4: cancel("first target")}
    session = add(HIGH, (125, 141, 124, 140), script=script)
    assert session.fills[2:] == [(5, -160, 140)]
    assert session.live == [(-200, 118.75)]


def test_a_limit_for_all_takes_the_place_of_every_target():
    session = add(HIGH, HIGH, script=OWN_TARGETS | {4: do("sell", exectype=LIMIT, price=150, name="all")})
    assert sorted(session.live) == [(-360, 118.75), (-360, 150)]
    assert session.strategy.sent["all"].alive()


def test_a_limit_for_a_part_comes_before_the_targets_of_the_entries():
    session = add(HIGH, HIGH, script=OWN_TARGETS | {4: do("sell", size=50, exectype=LIMIT, price=128)})
    assert sorted(session.live) == [
        (-160, 118.75),
        (-160, 140),
        (-150, 118.75),
        (-150, 130),
        (-50, 118.75),
        (-50, 128),
    ]


def test_a_scale_out_comes_from_the_first_entry():
    session = add(HIGH, HIGH, HIGH, script=OWN_TARGETS | {4: do("sell", size=250)})
    assert sorted(session.live) == [(-110, 118.75), (-110, 140)]
    assert session.is_covered


def test_an_add_after_a_scale_out_has_its_own_units_only():
    # 150 of the 360 leave; the first entry keeps 50 of its 200, the adds have theirs.
    script = OWN_TARGETS | {4: do("sell", size=150), 5: do("buy", size=30, target=150)}
    session = add(HIGH, HIGH, HIGH, script=script)
    assert sorted(size for size, price in session.live if price == 118.75) == [-160, -50, -30]
    assert [(size, price) for size, price in session.live if price > 125] == [
        (-50, 130),
        (-160, 140),
        (-30, 150),
    ]


def test_an_add_that_a_scale_out_has_halved_takes_nothing_of_the_next():
    # 280 of 360 leave, 80 of the first add's 160 stay; 30 more come.
    script = OWN_TARGETS | {4: do("sell", size=280), 5: do("buy", size=30, target=150)}
    session = add(HIGH, HIGH, HIGH, script=script)
    assert [(size, price) for size, price in session.live if price > 125] == [(-80, 140), (-30, 150)]
    assert session.is_covered


def test_a_limit_for_a_part_keeps_its_units_when_a_scale_out_and_another_add_follow():
    # 200 of 360 are to be sold at 150, 160 are the add's; 100 leave, which takes 100 of those; 30 more come.
    script = OWN_TARGETS | {4: do("sell", size=200, exectype=LIMIT, price=150)}
    script |= {5: do("sell", size=100), 6: do("buy", size=30, target=145)}
    session = add(*[HIGH] * 4, script=script)
    assert sorted((size, price) for size, price in session.live if price > 125) == [
        (-200, 150),
        (-60, 140),
        (-30, 145),
    ]


def test_no_dust_is_left_for_an_order_of_its_own():
    legs, added = Legs(), Legs()
    legs.add(added, 0.2, held=0.1, anchor=125.0, risk=6.25)
    # 0.1 and 0.2 less 0.1 are 0.20000000000000004 in floats
    shares = dict(legs.share_out(0.1 + 0.2 - 0.1))
    assert shares == {added.rest: 0.1 + 0.2 - 0.1, legs.rest: 0.0}


def test_an_add_that_sold_all_claims_no_dust():
    added = Added(Legs(), anchor=100.0, risk=5.0)
    added.grow(0.3)
    added.legs.rest.sold = 0.1 + 0.2
    assert added.left == 0.0


def test_the_first_target_hit_on_the_bar_of_an_add_leaves_the_add():
    session = add((125, 131, 124, 130), HIGH, script=OWN_TARGETS)
    assert session.fills[1:] == [(4, -200, 130), (4, 160, 125)]
    assert sorted(session.live) == [(-160, 118.75), (-160, 140)]
    assert session.is_covered


def test_the_trail_cancels_the_targets_of_all_entries_where_the_profile_says_so():
    script = {1: do("buy", target=200), 3: do("buy", target=240)}
    trail = ADDS.replace(trail="fixed", trail_fraction=0.1, target_with_trail="cancel")
    # 30 % above the average entry of 111.11 are 144.4
    late = add(HIGH, (140, 150, 139, 149), script=script, profile=trail.replace(trail_activation_gain=0.3))
    assert sorted(late.live) == [(-200, 135), (-160, 135)]
    # 20 % above 100 were reached before the add came
    early = add(HIGH, script=script, profile=trail.replace(trail_activation_gain=0.2))
    assert sorted(early.live) == [(-200, 118.75), (-160, 118.75)]


def test_the_rungs_of_each_entry_are_counted_in_its_own_r():
    # Half of 200 leaves at 100 + 6 * 5 = 130, half of 160 at 125 + 6 * 6.25 = 162.5.
    session = add(HIGH, profile=ADDS.replace(ladder=((6.0, 0.5),)))
    assert sorted((size, price) for size, price in session.live if price > 120) == [(-100, 130), (-80, 162.5)]
    assert sum(size for size, price in session.live if price == 118.75) == -360
