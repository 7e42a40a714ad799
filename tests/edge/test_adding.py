"""Adding to positions: how often, how much, and from the fill on one stop for all."""

from __future__ import annotations

import pytest

from tests.edge.adds import ADDS, HIGH, RISEN, TWO, add, held, last
from tests.edge.market import CALM, LIMIT, STOP, calm, cancel, do, each, fixed_filler, trade

# How often.


def test_a_position_is_added_to_as_often_as_the_profile_says():
    script = {bar: do("buy", size=10) for bar in (1, 3, 4, 5)}
    session = add(*[HIGH] * 4, script=script)
    assert session.fills == [(2, 10, 100), (4, 10, 125), (5, 10, 125)]
    assert session.outcomes()[1:] == [
        ("add", "accepted", "own_size"),
        ("add", "accepted", "own_size"),
        ("add", "denied", "one_position"),
    ]
    finding = next(found for found in last(session).ruling.findings if found.rule == "one_position")
    assert (finding.limit, finding.found) == (2, 3)
    assert last(session).text == "adds to d0 so far: 2, the limit is 2"


def test_nothing_is_added_where_the_profile_does_not_say_so():
    session = add(HIGH, profile=ADDS.replace(max_adds=0))
    assert session.fills == [(2, 200, 100)]
    assert session.outcomes()[1:] == [("entry", "denied", "one_position")]


def test_adds_on_their_way_count():
    ladder = each(*(do("buy", size=10, exectype=STOP, price=price) for price in (126, 127, 128)))
    session = add((125, 130, 124, 129), HIGH, script={1: do("buy", size=10), 3: ladder})
    assert session.fills == [(2, 10, 100), (4, 10, 126), (4, 10, 127)]
    assert session.outcomes()[-1] == ("add", "denied", "one_position")


def test_an_add_that_never_came_does_not_count():
    script = {1: do("buy"), 3: do("buy", exectype=LIMIT, price=120, name="never"), 4: cancel("never")}
    session = add(*[HIGH] * 4, script=script | {5: do("buy", size=10), 6: do("buy", size=10)})
    assert [size for _, size, _ in session.fills] == [200, 10, 10]


def test_a_new_position_may_be_added_to_anew():
    script = {1: do("buy", size=10), 3: do("buy", size=10), 4: do("close"), 5: do("buy", size=10)}
    script |= {6: do("buy", size=10), 7: do("buy", size=10)}
    session = add(*[HIGH] * 5, script=script)
    assert [size for _, size, _ in session.fills] == [10, 10, -20, 10, 10, 10]


def test_a_first_entry_on_its_way_is_not_added_to():
    script = {1: do("buy"), 3: do("buy", size=10)}
    session = trade([*calm(5)], script=script, profile=ADDS, prepare=fixed_filler(80))
    assert session.outcomes()[1:] == [("add", "denied", "one_position")]
    assert last(session).text == "d0 has an entry on its way already"


# How much.


def test_an_add_risks_to_its_stop_what_an_entry_risks():
    session = add(HIGH)
    assert session.fills == [(2, 200, 100), (4, 160, 125)]
    assert (last(session).kind, last(session).stop) == ("add", 118.75)


def test_an_add_is_sized_to_the_stop_of_the_position_where_that_is_tighter():
    # 120 is 5 away from 125: 1 000 / 5.
    script = {1: do("buy"), 3: each(do("sell", exectype=STOP, price=120), do("buy"))}
    session = add(HIGH, script=script)
    assert session.fills == [(2, 200, 100), (4, 200, 125)]
    assert last(session).stop == 120


def test_an_add_beyond_the_stop_of_the_position_is_denied():
    script = {
        1: do("buy"),
        3: each(do("sell", exectype=STOP, price=120), do("buy", exectype=LIMIT, price=119)),
    }
    session = add(HIGH, script=script)
    assert session.outcomes()[-1] == ("add", "denied", "valid_stop")


def test_a_stop_that_is_none_is_not_hidden_behind_that_of_the_position():
    session = add(HIGH, script={1: do("buy"), 3: do("buy", stop=-1)})
    assert session.outcomes()[-1] == ("add", "denied", "valid_stop")


@pytest.mark.parametrize(
    ("limits", "units", "rule"),
    [
        # equity 105 000 at 125: 40 % are 42 000, the position is worth 25 000, 17 000 buy 136
        ({"max_position": 0.4}, 136, "max_position"),
        ({"max_leverage": 0.4}, 136, "max_leverage"),
        ({"max_exposure": 0.4}, 136, "max_exposure"),
        # the position risks 1 000; 1.5 % are 1 575, and the other 575 are 92 times 6.25
        ({"max_heat": 0.015, "target_heat": (0.01, 0.015)}, 92, "risk_per_trade"),
        ({"single_position_gate": 0.4}, 0, "single_position_gate"),
    ],
)
def test_limits_count_the_position_and_what_is_added(limits, units, rule):
    session = add(HIGH, profile=ADDS.replace(**limits))
    assert (last(session).given, last(session).rule) == (units, rule)


def test_limits_count_adds_on_their_way():
    # 42 000 allowed: 25 000 are held, 1 000 are on their way, 16 000 buy 128.
    script = {1: do("buy"), 3: each(do("buy", size=8, exectype=STOP, price=125), do("buy"))}
    session = add(HIGH, script=script, profile=ADDS.replace(max_position=0.4))
    assert (last(session).given, last(session).rule) == (128, "max_position")


def test_an_add_takes_no_place_of_the_positions():
    script = {1: do("buy", data=0), 3: each(do("buy", data=0), do("buy", data=1))}
    session = trade([*RISEN, HIGH], calm(4), script=script, profile=ADDS.replace(max_positions=1))
    assert session.outcomes()[1:] == [
        ("add", "accepted", "risk_per_trade"),
        ("entry", "denied", "max_positions"),
    ]


# One stop for all.


@pytest.mark.parametrize(
    ("opening", "stop"),
    [
        (125, 118.75),
        (127, 120.75),  # a higher fill takes its stop along
        (123, 116.75),  # and a lower one, though not below that of the position
    ],
)
def test_the_stop_of_an_add_is_anchored_to_its_fill_and_holds_for_all(opening, stop):
    session = add((opening, 128, 122, 125), HIGH)
    assert session.live == [(-200, stop), (-160, stop)]
    assert session.is_covered


@pytest.mark.parametrize("opening", [121, 125, 129])
def test_the_stop_of_the_position_is_a_price_and_stays(opening):
    # The add's own stop, 6.25 below its fill, comes to 114.75, 118.75 and 122.75.
    script = {1: do("buy"), 3: each(do("sell", exectype=STOP, price=120), do("buy"))}
    session = add((opening, 130, 120.5, 125), script=script)
    assert session.live == [(-200, max(120, opening - 6.25)), (-200, max(120, opening - 6.25))]


def test_a_stop_that_the_strategy_names_is_not_anchored():
    session = add((127, 128, 126, 127), script={1: do("buy"), 3: do("buy", stop=120)})
    assert session.live == [(-200, 120), (-200, 120)]


def test_a_looser_stop_of_an_add_loosens_nothing():
    session = add(HIGH, script={1: do("buy"), 3: do("buy", stop=90)})
    # sized to the 30 down to 95
    assert session.live == [(-200, 95), (-33, 95)]


def test_the_heat_falls_when_the_tighter_stop_holds_for_all():
    # 1 000 open; with the add on its way 2 000 of 105 000; then (111.11 - 118.75) * 360 are 2 750 locked in.
    session = add(HIGH)
    assert session.heats == pytest.approx([0.01, 0.01, 2_000 / 105_000, 0.0])
    assert session.desk.locked_in == pytest.approx(2_750 / 105_000)


def test_r_is_the_planned_risk_of_all_units():
    # (200 * 5 + 160 * 6.25) / 360
    assert held(add(HIGH)).risk_distance == pytest.approx(2_000 / 360)


def test_break_even_counts_from_the_average_entry_in_the_new_r():
    # 200 at 100 and 100 at 106, R 5 and 5.3: average 102, R 5.1, so that +1R is 107.1.
    bars = [CALM, CALM, (104, 106, 104, 106), (106, 107, 104, 106), (106, 107.2, 105, 106)]
    script = {1: do("buy"), 3: do("buy", size=100)}
    session = trade(bars, script=script, profile=ADDS.replace(break_even=1.1))
    # +1.1R is 107.61, not reached; the first entry alone would have been at break-even from 105.5 on
    assert session.desk.stop(session.strategy.data) == 100.7
    session = trade([*bars, (106, 108, 105, 106)], script=script, profile=ADDS.replace(break_even=1.1))
    assert session.desk.stop(session.strategy.data) == 102


def test_all_parts_are_one_trade_of_backtrader():
    session = add(HIGH, HIGH, script=TWO | {3: do("buy", tradeid=7), 4: do("close")})
    assert [size for _, size, _ in session.fills] == [200, 160, -360]
    assert session.trades == [(5, pytest.approx(5_000))]
