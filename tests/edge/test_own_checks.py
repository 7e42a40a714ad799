"""A gate of the trader's own: one small class in a list."""

from __future__ import annotations

import math

import backtrader as bt
import numpy as np
import pytest

from bt_risk import RiskMixin, StrategyError, guard
from bt_risk.rules.decision import Finding
from tests.edge.market import WIDE, Script, calm, do, trade


class MinimumPrice:
    def __init__(self, least):
        self.least = least

    def __call__(self, request, book, profile):
        return Finding(
            "minimum_price", request.price >= self.least, self.least, request.price, "a penny stock"
        )


class Careful(RiskMixin, Script, bt.Strategy):
    risk_checks = (MinimumPrice(101.0),)


@pytest.mark.parametrize(
    "strategy", [Careful, guard(type("Plain", (Script, bt.Strategy), {}), checks=[MinimumPrice(101.0)])]
)
def test_a_check_of_ones_own_denies_and_is_recorded(strategy):
    bars = [*calm(2), (100, 102, 100, 101), *calm(2)]
    script = {2: do("buy", size=10, stop=90), 3: do("buy", size=10, stop=90)}
    session = trade(bars, profile=WIDE, strategy=strategy, script=script)
    denied, taken = session.decisions
    assert (denied.outcome, denied.rule, denied.text) == ("denied", "minimum_price", "a penny stock")
    assert taken.outcome == "accepted"
    assert "minimum_price" in [finding.rule for finding in taken.ruling.findings]


def test_a_check_that_has_nothing_to_say_passes():
    strategy = type("Silent", (Careful,), {"risk_checks": (lambda request, book, profile: None,)})
    session = trade(calm(4), profile=WIDE, strategy=strategy, script={2: do("buy", size=10, stop=90)})
    assert session.decisions[0].outcome == "accepted"


def asked_of(check):
    """Return the findings of one entry beside a check of one's own."""
    strategy = type("Asking", (Careful,), {"risk_checks": [check]})
    session = trade(calm(4), profile=WIDE, strategy=strategy, script={2: do("buy", size=10, stop=90)})
    return session.decisions[0].ruling.findings


def test_what_a_check_of_ones_own_finds_is_marked_as_such():
    findings = asked_of(MinimumPrice(5.0))
    assert [one.rule for one in findings if one.is_own] == ["minimum_price"]


def test_a_finding_is_recorded_as_plain_values_that_a_file_can_hold():
    one = np.float32(5.5)
    (found,) = [
        found for found in asked_of(lambda *asked: Finding("own", one > 1, None, one, "")) if found.is_own
    ]
    assert (found.passed, found.found) == (True, 5.5)
    assert [type(value) for value in (found.passed, found.limit, found.found)] == [bool, float, float]
    assert math.isnan(found.limit)


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (["minimum_price"], "must be a list of functions"),
        (MinimumPrice(5.0), "must be a list of functions"),
        ([lambda request, book, profile: False], "must return a Finding or None; received False"),
        (
            [lambda request, book, profile: Finding("own", True, "five", 5.0, "")],
            "must return a Finding with numbers as limit and found; received Finding",
        ),
    ],
)
def test_what_is_no_check_is_one_clear_error(checks, words):
    strategy = type("Wrong", (Careful,), {"risk_checks": checks})
    with pytest.raises(StrategyError, match=words):
        trade(calm(4), profile=WIDE, strategy=strategy, script={2: do("buy", size=10, stop=90)})
