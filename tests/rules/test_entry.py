from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.rules.request import TradeHistory
from tests.rules.books import PLAIN, book, decide, units_of

CAPPED = PLAIN.replace(max_position=0.25, max_leverage=1.0)


def test_a_round_request_gets_the_units_of_its_budget():
    ruling = decide()
    assert (ruling.units, ruling.rule, ruling.outcome, ruling.asked) == (
        200,
        "risk_per_trade",
        "accepted",
        200,
    )
    assert ruling.text == "risk_per_trade binds at 200 units"


@pytest.mark.parametrize(
    ("profile", "held", "rule", "units"),
    [
        (CAPPED, {}, "risk_per_trade", 200),
        (CAPPED.replace(max_position=0.15), {}, "max_position", 150),
        (CAPPED, {"notional": 90_000.0}, "max_leverage", 100),
        (CAPPED, {"pending_notional": 90_000.0}, "max_leverage", 100),
        (CAPPED, {"cash": 5_000.0}, "cash", 50),
        (CAPPED, {"cash": 50_000.0, "pending_cash": 40_000.0}, "cash", 100),
        (CAPPED.replace(risk_per_trade=0.05), {"open_risk": 6_000.0}, "max_position", 250),
        (PLAIN.replace(risk_per_trade=0.05), {"open_risk": 6_000.0}, "risk_per_trade", 400),
        (PLAIN.replace(allocation="risk_per_trade"), {"open_risk": 9_500.0}, "max_heat", 100),
    ],
)
def test_the_smallest_candidate_wins_and_is_named(profile, held, rule, units):
    ruling = decide(profile=profile, held=book(**held))
    assert (ruling.rule, ruling.units) == (rule, units)
    assert ruling.units == min(units_of(ruling).values())


def test_every_candidate_is_in_the_record():
    ruling = decide(profile=CAPPED, wanted=500.0)
    assert units_of(ruling) == {
        "risk_per_trade": 200,
        "own_size": 500,
        "max_heat": 2000,
        "risk_per_trade_max": 1000,
        "max_position": 250,
        "max_leverage": 1000,
        "cash": 1000,
    }
    assert [candidate.rule for candidate in ruling.candidates if not candidate.is_cap] == [
        "risk_per_trade",
        "own_size",
    ]


def test_a_cap_that_is_off_is_no_candidate():
    assert "max_position" not in units_of(decide())


@pytest.mark.parametrize(
    ("wanted", "units", "rule", "outcome"),
    [
        (50.0, 50, "own_size", "accepted"),
        (200.0, 200, "risk_per_trade", "accepted"),
        (500.0, 200, "risk_per_trade", "accepted"),  # a ceiling, never exceeded and no wish for more
        (0.4, 0, "own_size", "denied"),
    ],
)
def test_an_own_size_is_a_ceiling(wanted, units, rule, outcome):
    ruling = decide(wanted=wanted)
    assert (ruling.units, ruling.rule, ruling.outcome) == (units, rule, outcome)


@pytest.mark.parametrize(
    ("sizer", "units", "rule"), [(50.0, 50, "sizer"), (900.0, 200, "risk_per_trade"), (0.0, 0, "sizer")]
)
def test_a_sizer_is_one_more_candidate(sizer, units, rule):
    ruling = decide(sizer_units=sizer)
    assert (ruling.units, ruling.rule) == (units, rule)


def test_a_cap_that_cuts_what_was_asked_reduces():
    ruling = decide(profile=CAPPED.replace(max_position=0.15), wanted=180.0)
    assert (ruling.outcome, ruling.rule, ruling.asked, ruling.units) == ("reduced", "max_position", 180, 150)


def test_a_cap_exactly_at_what_was_asked_reduces_nothing():
    ruling = decide(profile=CAPPED.replace(max_position=0.20))
    assert (ruling.outcome, ruling.rule, ruling.units) == ("accepted", "risk_per_trade", 200)


def test_a_cap_that_leaves_nothing_denies():
    ruling = decide(held=book(cash=0.0))
    assert (ruling.outcome, ruling.rule, ruling.units, ruling.asked) == ("denied", "cash", 0, 200)
    assert ruling.text == "cash allows 0 units"


@pytest.mark.parametrize(
    ("lot", "stop", "units"),
    [
        (1, 93.0, 142),  # 1 000 / 7 = 142.86
        (10, 93.0, 140),
        (100, 93.0, 100),
        (0, 93.0, 1000 / 7),
        (0.01, 93.0, 142.85),
        (1, 95.0, 200),  # exact, and not one less for float dust
    ],
)
def test_units_are_rounded_down_to_the_lot(lot, stop, units):
    assert decide(profile=PLAIN.replace(lot=lot), stop=stop).units == pytest.approx(units, rel=1e-12)


def test_below_one_lot_the_trade_is_skipped_and_not_rounded_up():
    ruling = decide(profile=PLAIN.replace(lot=500))
    assert (ruling.units, ruling.outcome, ruling.rule) == (0, "denied", "risk_per_trade")
    assert ruling.text == "risk_per_trade allows 200 units, less than one lot of 500"


def test_a_size_of_ours_ends_at_the_target_band():
    ruling = decide(held=book(open_risk=7_600.0))
    assert (ruling.units, ruling.rule) == (80, "risk_per_trade")  # 400 left below 8 %
    assert decide(held=book(open_risk=8_000.0)).outcome == "denied"


@pytest.mark.parametrize("own", [{"has_own_stop": True}, {"wanted": 200.0}])
def test_an_own_stop_or_size_may_go_up_to_max_heat_and_no_further(own):
    assert decide(held=book(open_risk=8_000.0), **own).units == 200
    assert decide(held=book(open_risk=9_000.0), **own).units == 200  # exactly 10 %
    ruling = decide(held=book(open_risk=9_500.0), **own)
    assert (ruling.units, ruling.rule, ruling.outcome) == (100, "max_heat", "reduced")
    assert decide(held=book(open_risk=10_000.0), **own).outcome == "denied"


def test_without_any_proposal_there_is_no_size():
    alone = PLAIN.replace(sizing=("kelly", "confidence"), max_position=0.25)
    ruling = decide(profile=alone)
    assert (ruling.rule, ruling.outcome) == ("sizing", "denied")
    assert ruling.text.startswith("no method proposes a size yet")
    assert isnan(ruling.asked)
    assert decide(profile=alone, wanted=30.0).units == 30


def test_kelly_joins_once_it_knows_enough():
    both = PLAIN.replace(sizing=("risk_per_trade", "kelly"))
    assert decide(profile=both).rule == "risk_per_trade"
    ruling = decide(profile=both, held=book(history=TradeHistory(20, 0.6, 2.0)))
    assert (ruling.rule, ruling.units, ruling.asked) == ("kelly", 100, pytest.approx(100))
    lost = decide(profile=both, held=book(history=TradeHistory(20, 0.3, 1.0)))
    assert (lost.rule, lost.outcome) == ("kelly", "denied")


def test_a_request_without_terms_is_denied_in_words_even_if_every_gate_lets_it_pass():
    ruling = decide(terms=None)
    assert (ruling.rule, ruling.text, ruling.units) == ("valid_stop", "no usable stop", 0)


def test_a_stop_that_is_no_number_is_denied_by_its_gate():
    assert decide(stop=nan, terms=None).rule == "valid_stop"


def test_the_same_inputs_give_the_same_ruling():
    assert decide(profile=CAPPED, wanted=77.0) == decide(profile=CAPPED, wanted=77.0)


def test_a_short_gets_what_its_mirror_gets():
    long, short = decide(stop=95.0), decide(stop=105.0, is_long=False)
    assert (long.units, long.rule) == (short.units, short.rule)
