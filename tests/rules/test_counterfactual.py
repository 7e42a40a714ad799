"""What would have been granted without one rule: on paper, and as properties.

Round numbers: 100 000 of equity at a price of 100 with the stop 5 below, so that 1 % of risk is 200 units.
"""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bt_risk.maths.limits import equals
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.checks import CHECKS
from bt_risk.rules.counterfactual import recorded_checks, without_each_rule
from bt_risk.rules.decision import Finding
from bt_risk.rules.entry import decide_entry
from tests.rules.entries import OPEN, book, decide, request
from tests.rules.test_entry_properties import books, profiles, requests, thorough


def without(wish=None, held=None, *, checks=CHECKS, **changes):
    return without_each_rule(wish or request(), held or book(), OPEN.replace(**changes), checks=checks)


def sizes(found, *names):
    return tuple(found[name] for name in names)


def test_every_gate_and_every_candidate_is_there():
    ruling = decide(max_position=0.10)
    assert tuple(without(max_position=0.10)) == ruling.rules
    assert {"halt", "heat_tier", "valid_stop", "risk_per_trade", "max_position", "cash"} <= set(ruling.rules)


def test_without_the_cap_that_binds_the_next_smallest_counts():
    found = without(max_position=0.10, max_leverage=0.15)
    assert sizes(found, "max_position", "max_leverage", "cash", "halt") == (150, 100, 100, 100)


def test_without_the_only_proposal_the_caps_make_the_size():
    assert decide(max_position=0.30).units == 200
    assert without(max_position=0.30)["risk_per_trade"] == 300


def test_without_the_smaller_of_two_methods_the_other_one_sizes():
    found = without(sizing=("risk_per_trade", "fixed_fraction"), fixed_fraction=0.15)
    assert sizes(found, "fixed_fraction", "risk_per_trade") == (200, 150)


@pytest.mark.parametrize(
    ("asked", "rule"), [({"wanted": 50.0}, "own_size"), ({"sizer_units": 70.0}, "sizer")], ids=str
)
def test_without_the_strategys_own_ceiling_the_method_sizes(asked, rule):
    assert without(request(**asked))[rule] == 200


def test_an_own_size_left_out_does_not_bring_the_band_back():
    # A size of one's own may use the room above the band: 10 % - 7.5 % of heat, 500 units.
    heated = dict(allocation="target_heat", target_heat=(0.06, 0.08), max_heat=0.10, risk_per_trade=0.05)
    found = without(request(wanted=50.0), book(open_risk=7_500.0), **heated)
    assert found["own_size"] == 500


def test_without_the_gate_that_denies_the_size_is_granted():
    halted = book(halted="the day lost 5 %", halted_by="daily_loss")
    assert without(held=halted)["daily_loss"] == 200
    assert without(held=halted)["max_positions"] == 0


def test_where_two_gates_deny_neither_alone_is_to_blame():
    found = without(held=book(halted="the day lost 5 %", halted_by="daily_loss", is_breaker_open=True))
    assert sizes(found, "daily_loss", "breaker") == (0, 0)


def test_without_a_scale_the_whole_size_is_traded():
    found = without(held=book(size_factor=0.25, positions=1), is_concurrent_adjusted=True)
    assert decide(held=book(size_factor=0.25, positions=1), is_concurrent_adjusted=True).units == 25
    assert sizes(found, "half_open", "concurrent") == (100, 50)


def test_without_the_band_the_methods_are_free_of_it_too():
    # The band's upper edge leaves 500 of money, 100 units, to cap and method alike; max_heat leaves 2 500.
    heated = dict(allocation="target_heat", target_heat=(0.06, 0.08), max_heat=0.10)
    held = book(open_risk=7_500.0)
    assert (decide(held=held, **heated).units, decide(held=held, **heated).rule) == (100, "risk_per_trade")
    assert sizes(without(held=held, **heated), "target_heat", "risk_per_trade", "max_heat") == (200, 100, 100)


def test_without_a_cap_a_larger_size_may_meet_a_gate_that_denies():
    found = without(max_position=0.10, single_position_gate=0.15)
    assert sizes(found, "max_position", "single_position_gate") == (0, 100)


def test_without_the_smaller_method_a_cap_may_refuse_what_it_would_cut():
    limits = dict(sizing=("risk_per_trade", "fixed_fraction"), fixed_fraction=0.50, max_position=0.30)
    assert decide(**limits, oversized="reject").units == 200
    assert without(**limits, oversized="reject")["risk_per_trade"] == 0
    assert without(**limits)["risk_per_trade"] == 300


def test_without_the_cap_that_refuses_the_request_is_granted():
    assert decide(max_position=0.10, oversized="reject").units == 0
    assert without(max_position=0.10, oversized="reject")["max_position"] == 200


def test_a_cap_that_lacks_its_input_costs_what_would_have_been_granted():
    found = without(max_correlated_heat=0.10)
    assert decide(max_correlated_heat=0.10).units == 0
    assert found["max_correlated_heat"] == 200


def test_a_dry_run_would_have_traded():
    assert without(dry_run=True)["dry_run"] == 200


def test_nothing_is_left_to_name_a_size():
    # A short takes no cash, so that no cap is on.
    assert math.isnan(without(request(stop=105.0, is_long=False))["risk_per_trade"])


def test_without_any_proposal_no_rule_alone_helps():
    found = without(sizing=("confidence",), max_position=0.10)
    assert decide(sizing=("confidence",), max_position=0.10).rule == "sizing"
    assert set(found.values()) == {0.0}


def test_a_silent_method_that_is_off_changes_nothing():
    held = dict(sizing=("confidence",), max_position=0.10)
    assert repr(decide(rules={"off": ("confidence",)}, **held)) == repr(decide(**held))


def test_without_a_price_nothing_helps():
    found = without(request(price=math.nan, has_fresh_bar=False, terms=None))
    assert set(found.values()) == {0.0}


def mondays(asked, held, profile):
    return Finding("only_mondays", False, math.nan, math.nan, "today is Tuesday", is_own=True)


def test_a_check_of_ones_own_counts_as_it_was_found():
    ruling = decide(rules={"checks": (*CHECKS, mondays)})
    again = recorded_checks(ruling)
    assert decide(rules={"checks": again}).findings == ruling.findings
    assert without(checks=again)["only_mondays"] == 200
    assert without(checks=again)["halt"] == 0


def test_what_passes_is_not_taken_for_ones_own():
    assert recorded_checks(decide()) == CHECKS


@st.composite
def accounts(draw):
    """Return books with halts, probation and positions of the request's own now and then."""
    held = draw(books())
    return dataclasses.replace(
        held,
        halted=draw(st.sampled_from(["", "", "", "the day lost 5 %"])),
        is_breaker_open=draw(st.sampled_from([False, False, False, True])),
        size_factor=draw(st.sampled_from([1.0, 1.0, 0.25])),
        awaits_data=draw(st.sampled_from([False, False, False, True])),
    )


def is_no_less(one, other):
    return math.isnan(one) or one >= other or equals(one, other)


@thorough
@given(asked=requests(), held=accounts(), profile=profiles(), is_adjusted=st.booleans())
def test_without_the_binding_rule_the_size_is_never_smaller(asked, held, profile, is_adjusted):
    profile = profile.replace(is_concurrent_adjusted=is_adjusted)
    ruling = decide_entry(asked, held, profile)
    found = without_each_rule(asked, held, profile)
    assert all(is_no_less(units, ruling.units) for units in found.values())
    assert ruling.rule in found or ruling.rule == "sizing"


@thorough
@given(asked=requests(), held=accounts(), profile=profiles())
def test_without_a_rule_that_does_not_bind_the_size_is_the_same(asked, held, profile):
    # A scale takes its part of whatever the others leave, and the band bounds the methods: these always act.
    held = dataclasses.replace(held, size_factor=1.0)
    ruling = decide_entry(asked, held, profile)
    found = without_each_rule(asked, held, profile)
    least = min((one.units for one in ruling.candidates), default=0.0)
    acts = {one.rule for one in ruling.candidates if equals(one.units, least)}
    idle = set(found) - acts - {ruling.rule, "target_heat"}
    assert {rule: found[rule] for rule in idle} == dict.fromkeys(idle, pytest.approx(ruling.units, rel=1e-8))


@thorough
@given(asked=requests(), held=accounts(), profile=profiles())
def test_without_any_limit_what_was_asked_is_granted(asked, held, profile):
    ruling = decide_entry(asked, held, profile)
    limits = {one.rule for one in ruling.findings} | {one.rule for one in ruling.candidates if one.is_cap}
    free = decide_entry(asked, held, profile, off=limits - {"target_heat"})
    assert free.units == floor_to_lot(0.0 if math.isnan(ruling.asked) else ruling.asked, profile.lot)


@thorough
@given(asked=requests(), held=accounts(), profile=profiles())
def test_a_name_that_is_no_rule_changes_nothing(asked, held, profile):
    ruling = decide_entry(asked, held, profile)
    assert repr(decide_entry(asked, held, profile, off=("no_such_rule",))) == repr(ruling)
