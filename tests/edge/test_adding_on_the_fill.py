"""What an add meets on the bar of its fill, in parts, and in every other way to trade."""

from __future__ import annotations

import pytest

from tests.edge.adds import ADDS, HIGH, OWN_TARGETS, TWO, add, held
from tests.edge.market import CALM, LIMIT, WIDE, do, fixed_filler, trade

# The bar of the fill.


@pytest.mark.parametrize(
    ("bar", "fills"),
    [
        # both are stopped, each at its price
        ((125, 126, 94, 95), [(4, -200, 95), (4, 160, 125), (4, -160, 118.75)]),
        # only the add is, and the position keeps its stop
        ((125, 126, 118, 120), [(4, 160, 125), (4, -160, 118.75)]),
        # opened beyond the add's stop: in and out at the opening
        ((118, 119, 117, 118), [(4, 160, 118), (4, -160, 118)]),
        # opened beyond both
        ((94, 96, 93, 95), [(4, -200, 94), (4, 160, 94), (4, -160, 94)]),
    ],
)
def test_both_parts_are_covered_on_the_bar_of_the_fill(bar, fills):
    session = add(bar, (120, 121, 119, 120))
    assert session.fills[1:] == fills
    assert session.live == ([(-200, 95)] if len(fills) == 2 else [])
    assert session.is_covered
    assert session.desk.reserved_heat == 0
    assert session.event_kinds() == ([] if session.position else ["stop_hit"])


def test_an_add_that_opens_far_above_its_price_is_not_taken_for_one_that_its_stop_has_passed():
    session = add((140, 141, 139, 140))
    assert session.live == [(-200, 133.75), (-160, 133.75)]
    assert session.event_kinds() == []


def test_an_add_that_was_stopped_on_its_bar_has_been_made():
    script = TWO | {4: do("buy", size=1), 5: do("buy", size=1)}
    session = add((125, 126, 118, 120), *[(120, 121, 119, 120)] * 3, script=script)
    assert [size for _, size, _ in session.fills] == [200, 160, -160, 1]
    assert session.outcomes()[-1] == ("add", "denied", "one_position")


WITHOUT_ENTRY_BAR = ADDS.replace(entry_bar_stop=False)


def test_what_is_added_beyond_its_stop_leaves_and_the_position_stays():
    session = add((118, 119, 117, 118), HIGH, profile=WITHOUT_ENTRY_BAR)
    assert session.fills[1:] == [(4, 160, 118), (5, -160, 125)]
    assert session.outcomes()[-1] == ("exit", "accepted", "fill_beyond_stop")
    assert (session.live, session.is_covered) == ([(-200, 95)], True)


def test_an_add_whose_position_is_stopped_on_its_bar_follows_it():
    session = add((125, 126, 94, 95), CALM, profile=WITHOUT_ENTRY_BAR)
    assert session.fills[1:] == [(4, -200, 95), (4, 160, 125), (5, -160, 100)]
    assert session.outcomes()[-1] == ("exit", "accepted", "stop")
    assert (session.live, session.is_covered) == ([], True)


def test_an_add_at_a_limit_is_protected_from_the_bar_after_its_fill():
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=120)}
    # decided at 120 with the stop at 114, 6 away: 166
    session = add((125, 126, 112, 119), (119, 120, 113, 115), script=script)
    assert session.fills[1:] == [(4, 166, 120), (5, -200, 114), (5, -166, 114)]
    assert session.is_covered


# Parts.


def test_an_add_that_comes_in_parts_is_covered_part_by_part():
    script = {1: do("buy", size=50), 3: do("buy")}
    session = add(*[HIGH] * 4, script=script, prepare=fixed_filler(80))
    assert session.fills == [(2, 50, 100), (4, 80, 125), (5, 80, 125)]
    assert session.covers == [
        (2, 50, 50),
        (3, 50, 50),
        (4, 130, 130),
        (5, 210, 210),
        (6, 210, 210),
        (7, 210, 210),
    ]
    assert session.live == [(-50, 118.75), (-160, 118.75)]
    assert held(session).adds == 1
    # (50 * 5 + 160 * 6.25) / 210
    assert held(session).risk_distance == pytest.approx(1_250 / 210)


def test_the_stop_is_anchored_to_the_first_part_of_an_add():
    script = {1: do("buy", size=50), 3: do("buy")}
    session = add(HIGH, (129, 130, 128, 129), script=script, prepare=fixed_filler(80))
    assert session.fills[1:] == [(4, 80, 125), (5, 80, 129)]
    assert session.desk.stop(session.strategy.data) == 118.75


def test_an_add_that_comes_in_parts_is_one_of_those_allowed():
    script = {1: do("buy", size=50), 3: do("buy"), 4: do("buy", size=10), 5: do("buy", size=10)}
    session = add(*[HIGH] * 3, script=script, prepare=fixed_filler(80))
    assert [size for _, size, _ in session.fills] == [50, 80, 80, 10]
    assert session.outcomes()[1:] == [
        ("add", "accepted", "risk_per_trade"),
        ("add", "accepted", "own_size"),
        ("add", "denied", "one_position"),
    ]


def test_an_add_goes_on_coming_in_when_the_first_entry_meets_its_target():
    script = {1: do("buy", size=50, target=130), 3: do("buy", size=240, stop=121)}
    session = add(HIGH, (125, 131, 124, 130), *[HIGH] * 2, script=script, prepare=fixed_filler(80))
    assert session.fills[1:] == [(4, 80, 125), (5, -50, 130), (5, 80, 125), (6, 80, 125)]
    assert session.live == [(-240, 121)]


def test_each_part_of_an_add_joins_its_own_target():
    script = {1: do("buy", size=50, target=130), 3: do("buy", target=140)}
    session = add(*[HIGH] * 4, script=script, prepare=fixed_filler(80))
    assert sorted(session.live) == [(-160, 118.75), (-160, 140), (-50, 118.75), (-50, 130)]


def test_a_stop_that_fires_while_an_add_comes_in_takes_all_out():
    # 80 of 160 are in at 125, with all at 118.75; bar 5 brings 80 more and takes the first 50 and 80 out.
    script = {1: do("buy", size=50), 3: do("buy", name="add")}
    session = add(
        HIGH, (125, 126, 118, 119), *[(119, 120, 118, 119)] * 3, script=script, prepare=fixed_filler(80)
    )
    assert sum(size for _, size, _ in session.fills) == 0
    assert session.is_covered
    assert (session.live, session.desk.plans, session.desk.heat) == ([], {}, 0)


def test_the_first_part_of_an_add_beyond_its_stop_leaves_and_the_rest_is_called_off():
    script = {1: do("buy", size=50), 3: do("buy", name="add")}
    session = add((118, 119, 117, 118), *[HIGH] * 3, script=script, prepare=fixed_filler(80))
    assert session.fills[1:] == [(4, 80, 118), (5, -80, 125)]
    assert session.heard_of("add")[-1] == "Canceled"
    assert session.live == [(-50, 95)]


def test_an_add_whose_target_is_met_before_all_of_it_came_is_over():
    # 80 are in; bar 5 brings 80 more at 125 and sells the first 80 at 140, the others follow at the market.
    script = {1: do("buy", size=50), 3: do("buy", target=140, size=240, stop=121)}
    session = add(
        HIGH, (125, 141, 124, 139), (139, 139.5, 138, 139), HIGH, script=script, prepare=fixed_filler(80)
    )
    assert session.fills[1:] == [(4, 80, 125), (5, 80, 125), (5, -80, 140), (6, -80, 139)]
    assert session.live == [(-50, 121)]
    assert session.is_covered


def test_an_add_whose_target_has_begun_to_sell_buys_no_more():
    # 160 are in on bar 5, bar 6 brings 80 more and sells 80 of the 160 at 140: 160 stay, 80 never come.
    script = {1: do("buy", size=50), 3: do("buy", name="add", target=140, size=320, stop=122)}
    bars = [HIGH, HIGH, (125, 141, 124, 139), (139, 139.5, 138, 139)]
    session = add(*bars, script=script, prepare=fixed_filler(80))
    assert [size for _, size, _ in session.fills] == [50, 80, 80, 80, -80]
    assert session.heard_of("add")[-1] == "Canceled"
    assert sorted(session.live) == [(-160, 122), (-160, 140), (-50, 122)]


# Every other way to trade.


def test_a_short_is_added_to_as_its_mirror():
    # 1 000 / 5 at 100; at 80 the stop alone is 84: 1 000 / 4
    low = (80, 81, 79, 80)
    script = {1: do("sell"), 3: do("sell", name="add")}
    session = trade([CALM, CALM, low, low, low], script=script, profile=ADDS)
    assert session.fills == [(2, -200, 100), (4, -250, 80)]
    assert session.live == [(200, 84), (250, 84)]
    session = trade([CALM, CALM, low, (78, 80, 77, 79), (79, 84, 78, 83)], script=script, profile=ADDS)
    # filled at 78, anchored at 82
    assert session.fills[2:] == [(5, 200, 82), (5, 250, 82)]


def test_a_future_is_added_to_by_its_own_terms():
    # 10 a point: 1 000 are 20 contracts at 5 points, then 16 at 6.25.
    prepare = lambda cerebro: cerebro.broker.setcommission(commission=0.0, margin=500.0, mult=10.0)  # noqa: E731
    session = add(HIGH, (125, 126, 118, 119), prepare=prepare)
    assert session.fills[:2] == [(2, 20, 100), (4, 16, 125)]
    assert session.fills[2:] == [(5, -20, 118.75), (5, -16, 118.75)]
    # 20 * 18.75 - 16 * 6.25, times 10
    assert session.cash == 102_750


@pytest.mark.parametrize("script", [TWO, OWN_TARGETS])
def test_a_broker_without_changes_in_place_ends_with_the_same_orders(script):
    plain, replaced = (
        add(HIGH, (125, 131, 124, 130), HIGH, script=script, in_place=way) for way in (True, False)
    )
    assert replaced.fills == plain.fills
    assert sorted(replaced.live) == sorted(plain.live)
    assert replaced.is_covered


def test_an_add_at_the_open_is_decided_by_the_opening():
    # Sent before the broker of bar 4, at its opening of 125.
    script = {2: do("buy"), 4: do("buy")}
    session = add(HIGH, HIGH, script=script, in_open=True, cheat_on_open=True)
    assert session.fills == [(2, 200, 100), (4, 160, 125)]
    assert session.live == [(-200, 118.75), (-160, 118.75)]


def test_quicknotify_changes_nothing():
    plain, quick = (add((125, 126, 118, 120), HIGH, quicknotify=way) for way in (False, True))
    assert [fill[1:] for fill in quick.fills] == [fill[1:] for fill in plain.fills]
    assert quick.live == plain.live


def test_a_baseline_without_stops_adds_by_the_same_sizes():
    no_limit = {"max_heat": None, "target_heat": None, "allocation": "risk_per_trade"}
    session = add(HIGH, profile=ADDS.replace(place_stops=False, **no_limit))
    assert session.fills == [(2, 200, 100), (4, 160, 125)]
    assert session.live == []


def test_a_position_without_a_stop_takes_that_of_its_add():
    no_limit = {"max_heat": None, "target_heat": None, "allocation": "risk_per_trade"}
    profile = ADDS.replace(
        stop="none", sizing=("fixed_fraction",), fixed_fraction=0.5, risk_per_trade_max=None, **no_limit
    )
    script = {1: do("buy", size=200), 3: do("buy", size=100, stop=120)}
    session = add(HIGH, script=script, profile=profile)
    assert sorted(session.live) == [(-200, 120), (-100, 120)]
    assert held(session).risk_distance == 5


def test_an_emergency_calls_off_adds():
    # 900 at risk from 140 to 95 are far more than 10 % of 136 000.
    script = {1: do("buy", size=900), 2: do("buy", size=10, exectype=LIMIT, price=99, name="add")}
    bars = [CALM, CALM, (140, 141, 139, 140)]
    session = trade(bars, script=script, profile=WIDE.replace(max_adds=1, heat_basis="mark"))
    assert session.event_kinds()[-2:] == ["entry_withdrawn", "emergency"]
    assert ([size for size, _ in session.live], session.desk.plans) == ([-900], {})
