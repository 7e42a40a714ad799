"""A request that a cap would cut: resized or rejected, as the profile says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from bt_risk.rules.entry import decide_entry
from bt_risk.rules.groups import Groups
from tests.rules.entries import book, decide, request, units_of
from tests.rules.test_entry_limits import books, profiles, small, wishes

REJECT = {"oversized": "reject"}


@pytest.mark.parametrize(
    ("limits", "held", "rule", "units"),
    [
        ({"max_heat": 0.10}, {"open_risk": 9_500.0}, "max_heat", 100),
        (
            {"risk_per_trade_max": 0.005, "risk_money": 1_000.0, "risk_per_trade": None},
            {},
            "risk_per_trade_max",
            100,
        ),
        ({"max_position": 0.10}, {}, "max_position", 100),
        ({"max_exposure": 1.0}, {"notional": 95_000.0}, "max_exposure", 50),
        ({"max_leverage": 1.0}, {"notional": 90_000.0, "pending_notional": 5_000.0}, "max_leverage", 50),
        ({"max_participation": 0.10}, {}, "max_participation", 150),
        ({}, {"cash": 15_000.0}, "cash", 150),
        (
            {"max_sector_exposure": 0.30},
            {"values": {"B": 25_000.0}, "groups": Groups({"A": "oil", "B": "oil"})},
            "max_sector_exposure",
            50,
        ),
    ],
)
def test_a_cap_denies_in_its_own_name_what_it_would_have_cut(limits, held, rule, units):
    wish = request(volume=1_500.0)
    cut = decide(wish, held=book(**held), **limits)
    assert (cut.units, cut.rule, cut.outcome) == (units, rule, "reduced")
    ruling = decide(wish, held=book(**held), **limits, **REJECT)
    assert (ruling.units, ruling.rule, ruling.outcome) == (0.0, rule, "denied")
    assert ruling.text == f"{rule} allows {units} units, less than the 200 asked"
    assert (ruling.asked, ruling.breached) == (200.0, (rule,))
    assert ruling.candidates == cut.candidates


@pytest.mark.parametrize(
    ("share", "is_denied"),
    [(0.21, False), (0.20, False), (0.20 * (1 - 1e-12), False), (0.20 * (1 - 2e-9), True), (0.19, True)],
)
def test_a_cap_passes_at_its_value(share, is_denied):
    ruling = decide(max_position=share, lot=0, **REJECT)
    assert (ruling.outcome == "denied") is is_denied
    assert ruling.rule == ("max_position" if is_denied else "risk_per_trade")


def test_of_several_caps_the_one_that_allows_least_denies():
    ruling = decide(max_position=0.10, max_leverage=0.05, max_exposure=0.05, **REJECT)
    assert ruling.rule == "max_exposure"  # the first of the two that allow 50
    assert ruling.breached == ("max_position", "max_exposure", "max_leverage")


@pytest.mark.parametrize(("stop", "share"), [(95.2, 0.2081), (95.2, 0.208)])
def test_rounding_to_the_lot_is_no_breach(stop, share):
    # 208.33 units are asked, 208 would be traded; the cap allows 208.1 of them, or 208.
    ruling = decide(request(stop=stop), max_position=share, **REJECT)
    assert (ruling.units, ruling.outcome) == (208.0, "reduced")
    assert decide(request(stop=stop), max_position=0.2079, **REJECT).outcome == "denied"
    assert decide(request(stop=stop), max_position=share, lot=0, **REJECT).outcome == "denied"


def test_less_than_a_lot_is_denied_by_the_lot():
    ruling = decide(risk_money=4.0, max_position=0.0005, **REJECT)
    assert ruling.text == "max_position allows 0.5 units, less than one lot of 1"
    assert decide(risk_money=4.0, **REJECT).text == "risk_per_trade allows 0.8 units, less than one lot of 1"


def test_a_scale_is_no_limit_and_cuts_in_either_case():
    held = book(size_factor=0.25, positions=1)
    ruling = decide(held=held, is_concurrent_adjusted=True, **REJECT)
    assert (ruling.units, ruling.rule, ruling.outcome, ruling.breached) == (25.0, "half_open", "reduced", ())
    denied = decide(held=held, max_position=0.10, **REJECT)
    assert (denied.rule, denied.breached) == ("max_position", ("max_position",))
    assert units_of(denied)["half_open"] == 25.0


def test_an_own_size_is_rejected_too_and_a_sizing_method_is_no_cap():
    assert decide(request(wanted=150.0), max_position=0.10, **REJECT).text == (
        "max_position allows 100 units, less than the 150 asked"
    )
    assert decide(request(wanted=500.0), **REJECT).units == 200.0


def test_a_cap_that_cannot_tell_says_why():
    ruling = decide(request(volume=math.nan), max_participation=0.10, **REJECT)
    assert (ruling.rule, ruling.text) == ("max_participation", "the volume of A is not known on this bar")


def test_a_gate_that_fails_comes_before_the_cap():
    ruling = decide(held=book(holds_data=True), max_position=0.10, **REJECT)
    assert (ruling.rule, ruling.breached) == ("one_position", ("one_position", "max_position"))


def test_the_cap_is_named_and_not_the_gate_that_its_cut_would_fail():
    limits = {"max_leverage": 0.10, "min_position": 0.15}
    assert decide(**limits).rule == "min_position"
    assert decide(**limits, **REJECT).rule == "max_leverage"


@small
@given(wish=wishes(), held=books(), profile=profiles())
def test_rejecting_grants_what_resizing_leaves_uncut_and_nothing_else(wish, held, profile):
    cut, strict = (decide_entry(wish, held, profile.replace(oversized=how)) for how in ("resize", "reject"))
    assert strict.candidates == cut.candidates
    assert strict.units in (0.0, cut.units)
    if cut.units and not strict.units:
        assert strict.rule in cut.breached
    if strict.units and profile.lot == 0.0:
        assert cut.breached == ()
