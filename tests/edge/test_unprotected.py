"""A profile that sends no stops: sizes as with them, heat counted without them."""

from __future__ import annotations

import pytest

from bt_risk.rules.profile import UNPROTECTED
from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, do, trade

# The baseline of the comparison: 1 000 at risk to a stop 5 away is 200 units, whatever the heat is.
BARE = ROUND.replace(
    name="bare", place_stops=False, allocation="risk_per_trade", max_heat=None, target_heat=None
)


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("basis", ["entry", "mark"])
def test_reserved_and_open_risk_are_both_the_notional(side, basis):
    session = trade(calm(4), script={1: do(side)}, profile=BARE.replace(heat_basis=basis))
    assert session.heats == [0.2, 0.2, 0.2, 0.2]
    assert abs(session.position) == 200


def test_costs_are_no_part_of_it_on_the_way_or_open():
    # 1 000 / (5 + 0.1 + 0.095) = 192 units of 100; the commission of 19.20 lowers the equity.
    session = trade(
        calm(3),
        script={1: do("buy")},
        profile=BARE,
        prepare=lambda cerebro: cerebro.broker.setcommission(commission=0.001),
    )
    assert session.heats == pytest.approx([0.192, 19_200 / 99_980.8, 19_200 / 99_980.8])


def test_a_resting_entry_reserves_its_notional_at_its_own_price_until_it_fills():
    # 1 000 / (90 - 85.5) = 222 units of 90.
    session = trade(
        [CALM, CALM, (95, 96, 89, 90), CALM],
        script={1: do("buy", exectype=LIMIT, price=90)},
        profile=BARE,
    )
    assert session.heats[:2] == [pytest.approx(0.1998)] * 2
    assert session.heats[2] == pytest.approx(222 * 90 / 100_000)


def test_a_stop_of_the_users_for_an_entry_on_its_way_changes_no_heat():
    script = {1: do("buy", exectype=LIMIT, price=90), 2: do("sell", exectype=STOP, price=88)}
    session = trade(calm(4), script=script, profile=BARE)
    assert session.heats == [pytest.approx(0.1998)] * 4


def test_without_heat_limits_the_sizes_are_those_of_the_same_profile_with_stops():
    enter = {1: do("buy", data=0), 2: do("sell", data=1, stop=103), 3: do("buy", data=2, size=30)}
    with_stops = BARE.replace(place_stops=True)
    sizes = [
        [decision.given for decision in trade(*[calm(5)] * 3, script=enter, profile=profile).decisions]
        for profile in (with_stops, BARE)
    ]
    assert sizes[0] == sizes[1] == [200, 333, 30]


@pytest.mark.parametrize(
    ("limits", "units", "rule"),
    [
        ({"max_heat": 0.1}, 100, "max_heat"),
        ({"max_heat": 0.1, "target_heat": (0.06, 0.08), "allocation": "target_heat"}, 80, "target_heat"),
    ],
)
@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_a_heat_limit_is_held_against_the_notional(limits, units, rule):
    session = trade(calm(3), script={1: do("buy")}, profile=BARE.replace(**limits))
    assert [(d.given, d.rule) for d in session.decisions] == [(units, rule)]
    assert session.heats == [units * 100 / 100_000] * 3


def test_the_baseline_of_the_comparison_has_no_heat_limit_that_could_cut_a_size():
    assert not UNPROTECTED.place_stops
    assert (UNPROTECTED.max_heat, UNPROTECTED.target_heat) == (None, None)
    session = trade(calm(3), script={1: do("buy", stop=95)}, profile=UNPROTECTED)
    # 2 330 / 5 = 466 by risk, a quarter of 100 000 by position
    assert [(d.given, d.rule) for d in session.decisions] == [(250, "max_position")]
    assert session.heats == [0.25] * 3
