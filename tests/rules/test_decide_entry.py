"""How the rules are put together: every gate is asked, every candidate kept, the smallest wins and is named."""

import math

import pytest

from bt_risk.rules.caps import CAPS
from bt_risk.rules.checks import CHECKS
from bt_risk.rules.decision import Candidate, Finding, Missing
from bt_risk.rules.entry_metrics import measure_entry
from bt_risk.rules.methods import METHODS
from bt_risk.rules.profile.domains import SIZING_METHODS
from tests.rules.entries import book, decide, finding, request, units_of


def test_every_method_that_a_profile_can_list_is_there():
    assert set(METHODS) == set(SIZING_METHODS)


def test_the_smallest_proposal_wins_and_is_named():
    ruling = decide(sizing=("risk_per_trade", "fixed_fraction"), fixed_fraction=0.15)
    assert (ruling.units, ruling.asked, ruling.rule) == (150.0, 150.0, "fixed_fraction")
    assert (ruling.outcome, ruling.text) == ("accepted", "fixed_fraction binds at 150 units")


def test_an_own_size_is_a_ceiling():
    assert decide(request(wanted=50.0)).rule == "own_size"
    assert decide(request(wanted=500.0)).rule == "risk_per_trade"


def test_a_sizers_proposal_is_one_more():
    assert (decide(request(sizer_units=70.0)).units, decide(request(sizer_units=70.0)).rule) == (
        70.0,
        "sizer",
    )
    assert decide(request(sizer_units=math.nan)).text == "sizer allows 0 units"
    assert decide(request(sizer_units=0.0, sizer_text="too hot")).text == "too hot"


def test_an_own_size_is_enough_where_no_method_speaks():
    ruling = decide(request(wanted=50.0), sizing=("confidence",), max_position=0.10)
    assert (ruling.units, ruling.rule, len(ruling.missing)) == (50.0, "own_size", 1)


def test_several_methods_that_are_silent_are_all_named():
    ruling = decide(sizing=("confidence", "regime"), max_position=0.10)
    assert ruling.text == (
        "no method proposes a size yet: confidence needs buy(confidence=...) or a confidence(data) method; "
        "regime needs buy(regime=...) or a regime(data) method"
    )
    assert math.isnan(ruling.asked)


def test_every_candidate_is_kept_also_those_that_do_not_bind():
    ruling = decide(max_position=0.10, max_leverage=1.0, max_heat=0.10)
    assert ruling.candidates == (
        Candidate("risk_per_trade", 200.0, False),
        Candidate("max_heat", 2_000.0, True),
        Candidate("max_position", 100.0, True),
        Candidate("max_leverage", 1_000.0, True),
        Candidate("cash", 1_000.0, True),
    )
    assert (ruling.asked, ruling.units, ruling.outcome) == (200.0, 100.0, "reduced")


def test_a_denied_request_still_shows_what_it_would_have_been():
    ruling = decide(held=book(holds_data=True), max_position=0.10)
    assert (ruling.units, ruling.asked, ruling.outcome) == (0.0, 200.0, "denied")
    assert units_of(ruling)["max_position"] == 100.0


def test_the_first_gate_that_fails_denies_and_all_are_asked():
    ruling = decide(held=book(holds_data=True, halted="stop"))
    assert (ruling.rule, ruling.breached) == ("halt", ("halt", "one_position"))


def test_what_was_breached_is_listed_gates_first():
    ruling = decide(
        request(target=101.0), min_reward_to_risk=2.0, max_position=0.10, single_position_gate=0.05
    )
    assert ruling.breached == ("min_reward_to_risk", "single_position_gate", "max_position")
    assert decide(max_position=0.20).breached == ()


def test_less_than_one_lot_is_skipped_and_never_rounded_up():
    ruling = decide(risk_money=4.0)
    assert (ruling.units, ruling.outcome) == (0.0, "denied")
    assert ruling.text == "risk_per_trade allows 0.8 units, less than one lot of 1"
    assert decide(risk_money=4.0, lot=0.1).units == pytest.approx(0.8)
    assert decide(risk_money=4.0, lot=0).units == 0.8
    assert decide(lot=150).units == 150.0


def test_a_size_without_end_is_no_size():
    ruling = decide(request(price=1e-307, stop=0.5e-307), rules={"caps": ()})
    assert ruling.missing == ("risk_per_trade comes to no finite size",)


def test_terms_that_are_not_known_deny():
    ruling = decide(request(stop=None, terms=None))
    assert (ruling.rule, ruling.candidates) == ("valid_stop", ())


def test_a_request_without_terms_and_without_gates_is_not_sized():
    ruling = decide(request(terms=None), rules={"checks": ()})
    assert (ruling.units, ruling.rule, ruling.text) == (0.0, "valid_stop", "no usable stop")


class OnlyMondays:
    """A gate of the caller's own: any callable of that signature."""

    def __init__(self, day):
        self.day = day

    def __call__(self, request, book, profile):
        if self.day == "Monday":
            return None
        return Finding("only_mondays", False, math.nan, math.nan, f"today is {self.day}")


def test_a_gate_of_the_callers_own_is_one_more_in_the_list():
    assert decide(rules={"checks": (*CHECKS, OnlyMondays("Monday"))}).units == 200.0
    ruling = decide(rules={"checks": (*CHECKS, OnlyMondays("Friday"))})
    assert (ruling.units, ruling.rule, ruling.text) == (0.0, "only_mondays", "today is Friday")
    assert finding(ruling, "halt").passed


def test_a_cap_of_the_callers_own_is_one_more_in_the_list():
    def dozen(request, terms, book, profile):
        return 12.0

    def blind(request, terms, book, profile):
        return Missing("the moon is not up")

    assert decide(rules={"caps": (*CAPS, ("dozen", dozen))}).rule == "dozen"
    ruling = decide(rules={"caps": (*CAPS, ("moon", blind))})
    assert (ruling.units, ruling.rule, ruling.text) == (0.0, "moon", "the moon is not up")
    assert ruling.candidates[-1] == Candidate("moon", 0.0, True, "the moon is not up")


def test_a_method_of_the_callers_own_takes_the_place_of_one():
    def one(request, terms, book, profile):
        return 1.0

    assert decide(rules={"methods": {**METHODS, "risk_per_trade": one}}).units == 1.0


def test_an_entry_in_numbers():
    metrics = measure_entry(
        request(target=110.0, costs=0.5), book(open_risk=900.0, reserved_risk=100.0), 200.0
    )
    assert (metrics.notional, metrics.notional_share) == (20_000.0, 0.20)
    assert (metrics.risk, metrics.risk_share) == (1_200.0, 0.012)
    assert metrics.reward_to_risk == 2.0
    assert (metrics.heat_before, metrics.heat_after) == (0.01, 0.021)


def test_an_entry_without_stop_or_target_has_no_reward():
    assert math.isnan(measure_entry(request(), book(), 1.0).reward_to_risk)
    assert math.isnan(measure_entry(request(stop=None, target=110.0), book(), 1.0).reward_to_risk)


def test_an_entry_without_terms_has_no_numbers():
    metrics = measure_entry(request(terms=None), book(), 1.0)
    assert math.isnan(metrics.notional)
    assert math.isnan(metrics.heat_after)
    assert metrics.heat_before == 0.0
