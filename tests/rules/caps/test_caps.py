"""Each cap alone: what it allows, when it is off, and that it passes at its value."""

import math

import pytest

from bt_risk.rules.groups import Groups
from tests.rules.entries import book, decide, finding, request, units_of

BAND = {"allocation": "target_heat", "target_heat": (0.04, 0.06), "max_heat": 0.10}


def test_every_cap_is_off_without_its_limit_but_cash():
    assert list(units_of(decide())) == ["risk_per_trade", "cash"]


def test_heat_cuts_to_the_limit_and_passes_at_it():
    ruling = decide(held=book(open_risk=9_000.0), max_heat=0.10)
    assert (ruling.units, ruling.rule, ruling.outcome) == (200.0, "risk_per_trade", "accepted")
    ruling = decide(held=book(open_risk=9_000.0, reserved_risk=500.0), max_heat=0.10)
    assert (ruling.units, ruling.rule, ruling.outcome) == (100.0, "max_heat", "reduced")
    assert decide(held=book(open_risk=11_000.0), max_heat=0.10).units == 0.0


def test_float_dust_does_not_cut_an_exact_fit():
    # 0.29 * 100 000 comes to 28 999.999999999996: still 29 000 units that lose 1 each.
    wish = request(price=2.0, stop=1.0, wanted=29_000.0)
    ruling = decide(wish, max_heat=0.29, sizing=("fixed_fraction",), fixed_fraction=1.0)
    assert (ruling.units, ruling.rule, ruling.outcome) == (29_000.0, "own_size", "accepted")
    assert ruling.breached == ()


def test_the_exit_costs_count_as_heat_and_the_entry_costs_do_not():
    ruling = decide(request(costs=5.0), held=book(open_risk=9_000.0), max_heat=0.10, risk_per_trade=0.10)
    assert ruling.units == 100.0  # 1000 / (5 + 5)


def test_the_target_band_holds_whatever_method_proposes():
    held = book(open_risk=5_500.0)
    ruling = decide(held=held, sizing=("fixed_fraction",), fixed_fraction=0.5, **BAND)
    assert (ruling.units, ruling.rule, ruling.outcome) == (100.0, "target_heat", "reduced")
    dear = decide(request(costs=5.0), held=held, sizing=("fixed_fraction",), fixed_fraction=0.5, **BAND)
    assert dear.units == 50.0  # 500 / (5 + 5): only the exit is still to be paid while the position is held
    own = decide(request(wanted=150.0), held=held, sizing=("fixed_fraction",), fixed_fraction=0.5, **BAND)
    assert (own.units, own.rule) == (150.0, "own_size")


def test_the_risk_of_a_trade_is_bounded_whatever_proposes():
    ruling = decide(request(wanted=900.0), risk_per_trade_max=0.02, sizing=("cash_fraction",))
    assert (ruling.units, ruling.rule) == (400.0, "risk_per_trade_max")


@pytest.mark.parametrize(("multiplier", "units"), [(1.0, 100), (10.0, 10)])
def test_a_position_is_cut_to_its_share_of_equity(multiplier, units):
    ruling = decide(request(multiplier=multiplier), max_position=0.10, risk_per_trade=0.10)
    assert (ruling.units, ruling.rule) == (units, "max_position")


@pytest.mark.parametrize(("held", "units"), [(0.0, 100), (4_000.0, 60), (10_000.0, 0), (12_000.0, 0)])
def test_an_add_has_the_room_that_its_position_leaves(held, units):
    grown = book(positions=1, holds_data=True, held_notional=held)
    ruling = decide(held=grown, max_position=0.10, max_adds=1)
    assert (ruling.units, ruling.rule) == (units, "max_position")


@pytest.mark.parametrize("limit", ["max_exposure", "max_leverage"])
@pytest.mark.parametrize(
    ("notional", "pending", "units"), [(0, 0, 200), (80_000, 0, 200), (60_000, 35_000, 50), (120_000, 0, 0)]
)
def test_the_whole_book_is_cut_to_its_share_of_equity(limit, notional, pending, units):
    ruling = decide(held=book(notional=notional, pending_notional=pending), **{limit: 1.0})
    assert ruling.units == units
    assert ruling.rule == ("risk_per_trade" if units == 200 else limit)


def test_a_short_uses_up_leverage_like_a_long():
    held = book(notional=95_000.0)
    assert decide(request(is_long=False, stop=105.0), held=held, max_leverage=1.0).units == 50.0


SECTORS = Groups(group_of={"A": "oil", "B": "oil", "C": "bank"})


@pytest.mark.parametrize(
    ("values", "units"),
    [({}, 200), ({"B": 10_000.0}, 200), ({"B": 25_000.0, "C": 9e9}, 50), ({"B": 40_000.0}, 0)],
)
def test_a_group_is_cut_to_its_share_of_equity(values, units):
    assert decide(held=book(values=values, groups=SECTORS), max_sector_exposure=0.30).units == units


def test_instruments_of_no_group_share_one_unless_they_are_exempt():
    held = {"values": {"X": 29_000.0}}
    limited = book(**held, groups=Groups({"B": "oil"}))
    ruling = decide(held=limited, max_sector_exposure=0.30)
    assert (ruling.units, ruling.rule) == (10.0, "max_sector_exposure")
    exempt = book(**held, groups=Groups({"B": "oil"}, is_other_limited=False))
    assert decide(held=exempt, max_sector_exposure=0.30).units == 200.0
    named = book(values={"B": 29_000.0}, groups=Groups({"A": "oil", "B": "oil"}, is_other_limited=False))
    assert decide(held=named, max_sector_exposure=0.30).units == 10.0


def test_without_any_group_there_is_nothing_to_limit():
    assert decide(held=book(values={"X": 90_000.0}), max_sector_exposure=0.30).units == 200.0


def test_what_moves_with_the_anchor_is_cut_the_anchor_included():
    limit = {"max_correlated_exposure": 0.25, "risk_per_trade": 0.10}
    held = {"values": {"INDEX": 11_000.0}}
    other = book(**held, groups=Groups(anchor="INDEX"))
    assert decide(held=other, **limit).units == 200.0  # (25 000 - 11 000) / (0.7 * 100)
    mapped = book(**held, groups=Groups(anchor="INDEX", betas={"A": 1.4}))
    assert decide(held=mapped, **limit).units == 100.0
    anchor = book(values={"B": 10_000.0}, groups=Groups(anchor="A"))
    assert decide(held=anchor, **limit).units == 180.0  # (25 000 - 7 000) / 100
    assert decide(held=anchor, correlation_beta=0.0, **limit).units == 250.0


def test_nothing_moves_with_an_anchor_that_is_not_named_or_at_a_beta_of_zero():
    held = {"values": {"B": 90_000.0}}
    for groups in (Groups(), Groups(anchor="INDEX", betas={"A": 0.0})):
        ruling = decide(held=book(**held, groups=groups), max_correlated_exposure=0.25)
        assert "max_correlated_exposure" not in units_of(ruling)


@pytest.mark.parametrize(("volume", "units"), [(10_000, 200), (1_500, 150), (0, 0)])
def test_only_a_share_of_the_volume_is_taken(volume, units):
    assert decide(request(volume=volume), max_participation=0.10).units == units


@pytest.mark.parametrize("volume", [math.nan, -1.0])
def test_a_volume_that_is_not_known_allows_nothing(volume):
    ruling = decide(request(volume=volume), max_participation=0.10)
    assert (ruling.units, ruling.rule) == (0.0, "max_participation")
    assert ruling.text == "the volume of A is not known on this bar"


def test_cash_keeps_a_buffer_for_a_worse_opening():
    many = {"risk_per_trade": 0.10}
    assert decide(**many).units == 1_000.0
    assert decide(entry_gap_buffer=0.25, **many).units == 800.0
    assert decide(entry_gap_buffer=None, **many).units == 980.0  # one ATR of 2 on a price of 100
    assert decide(request(atr=math.nan), entry_gap_buffer=None, **many).units == 952.0  # 5 % without one
    assert decide(request(costs=25.0), **many).units == pytest.approx(181.0)  # the risk: 10 000 / 55
    assert decide(held=book(cash=50_000.0, pending_cash=40_000.0), **many).units == 100.0


def test_a_short_of_shares_takes_no_cash():
    wish = request(is_long=False, stop=105.0)
    assert decide(wish, held=book(cash=0.0)).units == 200.0
    assert "cash" not in units_of(decide(wish))


@pytest.mark.parametrize(
    ("positions", "pending", "units"), [(0, 0, 200), (1, 0, 100), (1, 1, 66), (4, 0, 40)]
)
def test_each_further_position_gets_a_smaller_share(positions, pending, units):
    ruling = decide(held=book(positions=positions, pending=pending), is_concurrent_adjusted=True)
    assert ruling.units == units
    assert ruling.rule == ("risk_per_trade" if units == 200 else "concurrent")


@pytest.mark.parametrize(("positions", "pending", "units"), [(1, 0, 200), (2, 0, 100), (2, 1, 66)])
def test_the_position_that_an_add_joins_is_not_one_beside_it(positions, pending, units):
    held = book(positions=positions, pending=pending, holds_data=True)
    assert decide(held=held, is_concurrent_adjusted=True, max_adds=1).units == units


def test_the_shares_come_after_the_cap():
    ruling = decide(held=book(positions=1), is_concurrent_adjusted=True, max_position=0.10)
    assert units_of(ruling)["concurrent"] == 50.0  # half of 100, not half of 200 cut to 100


def test_probation_takes_a_part_of_the_normal_size():
    ruling = decide(held=book(size_factor=0.25), max_position=0.10)
    assert (ruling.units, ruling.rule, ruling.outcome) == (25.0, "half_open", "reduced")
    both = decide(held=book(size_factor=0.25, positions=1), is_concurrent_adjusted=True)
    assert both.units == 25.0  # 200 / 2 / 4


def test_a_minimum_skips_the_trade_and_never_enlarges_it():
    assert decide(min_position=0.20).units == 200.0  # 20 000 is exactly 20 %
    ruling = decide(min_position=0.21)
    assert (ruling.units, ruling.rule, ruling.outcome) == (0.0, "min_position", "denied")
    assert ruling.text == "the position would be 0.2 of equity, the least is 0.21"
    assert finding(ruling, "min_position").limit == 0.21


def test_the_minimum_looks_at_the_size_before_the_shares():
    held = book(positions=3, size_factor=0.5)
    assert decide(held=held, is_concurrent_adjusted=True, min_position=0.20).units == 25.0


def test_the_minimum_looks_at_whole_lots():
    assert decide(request(stop=95.2), min_position=0.208).units == 208.0  # 208.33 units
    assert decide(request(stop=95.2), min_position=0.2082).units == 0.0
    assert decide(request(stop=95.2), min_position=0.2082, lot=0).units == pytest.approx(208.333, abs=0.001)
