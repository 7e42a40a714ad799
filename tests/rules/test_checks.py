from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.rules.checks import (
    CHECKS,
    fresh_bar,
    halt,
    heat_tier,
    max_positions,
    one_position,
    valid_size,
    valid_stop,
    valid_target,
)
from bt_risk.rules.tiers import Tier
from tests.rules.books import PLAIN, book, decide, request


def judge(check, *, profile=PLAIN, held=None, **changes):
    return check.judge(request(**changes), held or book(), profile)


def test_the_gates_in_their_order():
    findings = [gate(request(), book(), PLAIN) for gate in CHECKS]
    assert [finding.rule for finding in findings if finding is not None] == [
        "fresh_bar",
        "halt",
        "heat_tier",
        "one_position",
        "max_positions",
        "valid_size",
        "valid_stop",
        "valid_target",
    ]


def test_a_round_request_passes_every_gate_without_a_word():
    findings = [finding for gate in CHECKS if (finding := gate(request(), book(), PLAIN)) is not None]
    assert all(finding.passed for finding in findings)
    assert {finding.text for finding in findings} == {""}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, ""),
        ({"has_fresh_bar": False}, "A has no usable price on this bar"),
        ({"has_fresh_bar": False, "price": nan, "terms": None}, "A has no usable price on this bar"),
        ({"price": nan, "terms": None}, "the entry's price must be a positive number; received nan"),
        ({"price": inf, "terms": None}, "the entry's price must be a positive number; received inf"),
        ({"price": 0.0, "terms": None}, "the entry's price must be a positive number; received 0.0"),
        ({"price": -37.0, "terms": None}, "the entry's price must be a positive number; received -37.0"),
    ],
)
def test_an_entry_needs_a_bar_of_now_with_a_price(changes, text):
    finding = judge(fresh_bar, **changes)
    assert finding.passed is (text == "")
    assert finding.text == text


@pytest.mark.parametrize("equity", [0.0, -1.0, nan, inf])
def test_an_account_without_a_value_is_halted(equity):
    finding = judge(halt, held=book(equity=equity))
    assert not finding.passed
    assert finding.text == f"equity is {equity:.2f}"


def test_a_halt_says_why():
    finding = judge(halt, held=book(halted="daily loss of 5.2 %"))
    assert (finding.passed, finding.text) == (False, "daily loss of 5.2 %")
    assert judge(halt).passed


@pytest.mark.parametrize(
    ("tier", "passed"),
    [(Tier.NORMAL, True), (Tier.WARNING, True), (Tier.CRITICAL, False), (Tier.EMERGENCY, False)],
)
def test_entries_stop_in_the_tier_critical(tier, passed):
    finding = judge(heat_tier, held=book(tier=tier))
    assert finding.passed is passed
    assert (finding.limit, finding.found) == (2, tier)
    assert finding.text == ("" if passed else f"heat is in tier {tier.name}, entries wait for it to fall")


@pytest.mark.parametrize(
    ("held", "passed", "text"),
    [
        ({}, True, ""),
        ({"holds_data": True}, False, "A has a position already"),
        ({"awaits_data": True}, False, "A has an entry on its way already"),
        ({"holds_data": True, "awaits_data": True}, False, "A has a position already"),
    ],
)
def test_an_instrument_holds_one_position(held, passed, text):
    finding = judge(one_position, held=book(**held))
    assert (finding.passed, finding.text) == (passed, text)


@pytest.mark.parametrize(
    ("positions", "pending", "passed"),
    [(0, 0, True), (2, 0, True), (1, 1, True), (3, 0, False), (1, 2, False)],
)
def test_entries_on_their_way_are_positions(positions, pending, passed):
    finding = judge(max_positions, held=book(positions=positions, pending=pending))
    assert (finding.passed, finding.limit, finding.found) == (passed, 3, positions + pending + 1)
    assert finding.text == ("" if passed else "3 positions are open or on their way, the limit is 3")


def test_without_a_limit_there_may_be_any_number_of_positions():
    finding = judge(max_positions, profile=PLAIN.replace(max_positions=None), held=book(positions=99))
    assert (finding.passed, finding.limit, finding.found) == (True, inf, 100)


@pytest.mark.parametrize(
    ("wanted", "passed"), [(None, True), (1.0, True), (1e-9, True), (0.0, False), (nan, False), (inf, False)]
)
def test_an_own_size_is_a_positive_number(wanted, passed):
    finding = judge(valid_size, wanted=wanted)
    assert finding.passed is passed
    assert finding.text == ("" if passed else f"size must be a positive number; received {wanted!r}")


@pytest.mark.parametrize(
    ("is_long", "stop", "passed"),
    [
        (True, 95.0, True),
        (True, 99.99, True),
        (True, 100.0, False),
        (True, 105.0, False),
        (True, 0.0, False),
        (True, -5.0, False),
        (True, nan, False),
        (True, inf, False),
        (False, 105.0, True),
        (False, 100.0, False),
        (False, 95.0, False),
        (False, inf, False),
        (False, nan, False),
    ],
)
def test_a_stop_lies_on_the_losing_side(is_long, stop, passed):
    finding = judge(valid_stop, is_long=is_long, stop=stop)
    assert finding.passed is passed
    assert bool(finding.text) is not passed


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"stop": 105.0}, "the stop of a long must lie below 100; received 105"),
        ({"stop": 95.0, "is_long": False}, "the stop of a short must lie above 100; received 95"),
        ({"stop": -5.0}, "stop -5 is not a positive price"),
        ({"stop": None}, "no stop: the atr distance is not known yet"),
    ],
)
def test_a_bad_stop_is_told_in_words(changes, text):
    assert judge(valid_stop, **changes).text == text


def test_no_stop_is_needed_where_the_profile_uses_none():
    free = PLAIN.replace(sizing=("cash_fraction",), stop="none")
    finding = judge(valid_stop, profile=free, stop=None)
    assert finding.passed
    assert isnan(finding.found)


@pytest.mark.parametrize(
    ("is_long", "target", "passed"),
    [
        (True, None, True),
        (True, 101.0, True),
        (True, 100.0, False),
        (True, 99.0, False),
        (True, nan, False),
        (True, inf, False),
        (False, None, True),
        (False, 99.0, True),
        (False, 100.0, False),
        (False, 0.0, False),
        (False, -1.0, False),
        (False, nan, False),
    ],
)
def test_a_target_lies_on_the_winning_side(is_long, target, passed):
    finding = judge(valid_target, is_long=is_long, stop=95.0 if is_long else 105.0, target=target)
    assert finding.passed is passed
    assert bool(finding.text) is not passed


def test_a_bad_target_is_told_in_words():
    assert judge(valid_target, target=90.0).text == "the target of a long must lie above 100; received 90"


def test_every_gate_is_asked_and_the_first_that_closes_is_named():
    ruling = decide(held=book(tier=Tier.CRITICAL, holds_data=True, positions=4), target=90.0)
    assert [finding.rule for finding in ruling.findings if not finding.passed] == [
        "heat_tier",
        "one_position",
        "max_positions",
        "valid_target",
    ]
    assert (ruling.rule, ruling.outcome, ruling.units) == ("heat_tier", "denied", 0)
    assert [c.rule for c in ruling.candidates if not c.is_cap] == ["risk_per_trade"]
    assert ruling.asked == 200
