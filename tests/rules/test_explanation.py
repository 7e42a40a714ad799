"""A decision rule by rule: number, limit, headroom, what binds, and the size without each."""

from __future__ import annotations

import dataclasses
import math

import pytest

from bt_risk.rules.checks import CHECKS
from bt_risk.rules.decision import Finding
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.explanation import explain
from tests.rules.entries import OPEN, book, request
from tests.rules.journal.records import entry, exit_

CAPPED = OPEN.replace(max_position=0.10, max_positions=3)


def line(decision, rule):
    """Return (kind, number, limit, headroom, without, binds) of one rule."""
    (found,) = [one for one in explain(decision).lines if one.rule == rule]
    return found.kind, found.number, found.limit, found.headroom, found.without, found.binds


def test_every_rule_has_a_line_in_its_order():
    decision = entry(1, profile=CAPPED)
    assert tuple(one.rule for one in explain(decision).lines) == decision.ruling.rules
    assert [one.rule for one in explain(decision).lines if one.binds] == ["max_position"]


@pytest.mark.parametrize(
    ("rule", "numbers"),
    [
        # one position after the entry, three allowed
        ("max_positions", ("gate", 1, 3, 2, 100, False)),
        # the stop 5 below the price of 100
        ("valid_stop", ("gate", 95, 100, 5, 100, False)),
        ("risk_per_trade", ("method", 200, 200, 0, 100, False)),
        ("max_position", ("cap", 200, 100, -100, 200, True)),
        ("cash", ("cap", 200, 1000, 800, 100, False)),
    ],
)
def test_a_line_shows_number_limit_headroom_and_the_size_without(rule, numbers):
    assert line(entry(1, profile=CAPPED), rule) == numbers


def test_a_gate_that_denies_has_a_negative_headroom_and_binds():
    crowded = entry(1, held=book(positions=4), profile=CAPPED)
    assert line(crowded, "max_positions") == ("gate", 5, 3, -2, 100, True)
    assert line(crowded, "max_position")[-1] is False


def test_a_scale_is_told_from_a_cap():
    assert line(entry(1, held=book(size_factor=0.25)), "half_open") == ("scale", 200, 50, -150, 200, True)


def test_a_gate_without_a_number_has_no_headroom():
    halted = entry(1, held=book(halted="the day lost 5 %", halted_by="daily_loss"))
    kind, number, limit, headroom, without, binds = line(halted, "daily_loss")
    assert (kind, number, without, binds) == ("gate", 100_000, 200, True)
    assert math.isnan(limit)
    assert math.isnan(headroom)


@pytest.mark.parametrize(
    ("passed", "limit", "found", "headroom"),
    [(True, 3.0, 1.0, 2.0), (True, 1.5, 2.0, 0.5), (False, 3.0, 5.0, -2.0), (True, 3.0, 3.0, 0.0)],
)
def test_headroom_is_the_distance_to_the_limit(passed, limit, found, headroom):
    assert Finding("any", passed, limit, found, "").headroom == headroom


def test_a_check_of_ones_own_is_one_of_the_lines():
    def penny_stock(asked, held, profile):
        return Finding("minimum_price", False, 101.0, asked.price, "a penny stock", is_own=True)

    ruling = decide_entry(request(), book(), OPEN, checks=(*CHECKS, penny_stock))
    denied = entry(1, ruling=ruling)
    assert line(denied, "minimum_price") == ("gate", 100, 101, -1, 200, True)


def test_a_cap_does_not_bind_because_a_gate_of_its_name_denies():
    def cash(asked, held, profile):
        return Finding("cash", False, math.nan, math.nan, "the cash is for rent", is_own=True)

    denied = entry(1, ruling=decide_entry(request(), book(), OPEN, checks=(*CHECKS, cash)))
    assert [(one.kind, one.binds) for one in explain(denied).lines if one.rule == "cash"] == [
        ("gate", True),
        ("cap", False),
    ]


def test_the_text_is_the_decision_and_a_table():
    rows = str(explain(entry(1, profile=CAPPED))).splitlines()
    assert rows[0] == (
        "1 2024-01-03 16:30 A buy entry: reduced, 100 units of 200: max_position binds at 100 units"
    )
    assert rows[1].split() == ["rule", "kind", "number", "limit", "headroom", "without"]
    (binding,) = [row for row in rows if row.startswith(">")]
    assert binding.split() == [">", "max_position", "cap", "200", "100", "-100", "200"]
    (stop,) = [row for row in rows if "valid_target" in row]
    assert stop.split() == ["valid_target", "gate", "100", "100"]  # no target, no number and no headroom


def test_without_a_profile_there_is_no_size_without_a_rule():
    bare = dataclasses.replace(entry(1), profile=None)
    assert math.isnan(line(bare, "cash")[4])


def test_an_exit_has_no_rules():
    explained = explain(exit_(2))
    assert explained.lines == ()
    assert str(explained) == "2 2024-01-04 16:30 A sell exit: accepted, 200 units of 200: the strategy closes"
