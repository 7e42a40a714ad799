from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.reduction import Cut, plan_reduction

# Risks of 3 000, 5 000 and 4 000: 12 000 on an equity of 100 000 is 12 %.
BOOK = [("A", 3_000.0), ("B", 5_000.0), ("C", 4_000.0)]


def plan(risks=BOOK, *, policy="highest_risk", equity=100_000.0, max_heat=0.10, untouchable=0.0):
    return plan_reduction(risks, untouchable=untouchable, equity=equity, max_heat=max_heat, policy=policy)


@pytest.mark.parametrize(
    ("policy", "cuts"),
    [
        ("highest_risk", [("B", 1.0)]),  # 12 000 - 5 000 = 7 000
        ("lowest_risk", [("A", 1.0)]),  # 12 000 - 3 000 = 9 000
        ("trim", [("B", 0.4)]),  # 2 000 of 5 000
    ],
)
def test_each_policy_reaches_the_limit_its_own_way(policy, cuts):
    assert plan(policy=policy) == [Cut(*cut) for cut in cuts]


@pytest.mark.parametrize(
    ("policy", "cuts"),
    [
        ("highest_risk", [("B", 1.0), ("C", 1.0)]),
        ("lowest_risk", [("A", 1.0), ("C", 1.0), ("B", 1.0)]),
        ("trim", [("B", 1.0), ("C", 1.0), ("A", pytest.approx(1 / 3))]),
    ],
)
def test_cuts_go_on_until_the_heat_fits(policy, cuts):
    # 3 % of 100 000 leaves 3 000 after B and C; the lowest first has to close all; 2 % trims A by a third.
    max_heat = {"highest_risk": 0.03, "lowest_risk": 0.03, "trim": 0.02}[policy]
    assert [(cut.key, cut.share) for cut in plan(policy=policy, max_heat=max_heat)] == cuts


@pytest.mark.parametrize("policy", ["highest_risk", "lowest_risk", "trim"])
@pytest.mark.parametrize("max_heat", [0.12, 0.12 - 1e-12, 0.5])
def test_a_heat_at_its_limit_needs_no_cut(policy, max_heat):
    assert plan(policy=policy, max_heat=max_heat) == []


@pytest.mark.parametrize("policy", ["highest_risk", "trim"])
def test_a_tie_falls_on_the_first(policy):
    tied = [("A", 6_000.0), ("B", 6_000.0)]
    assert plan(tied, policy=policy, max_heat=0.07)[0].key == "A"
    assert plan(tied[::-1], policy=policy, max_heat=0.07)[0].key == "B"


def test_a_tie_of_the_lowest_falls_on_the_first():
    tied = [("A", 6_000.0), ("B", 6_000.0)]
    assert plan(tied, policy="lowest_risk", max_heat=0.07) == [Cut("A", 1.0)]


def test_risk_that_cannot_be_cut_counts_and_is_not_cut():
    assert plan([("A", 3_000.0)], untouchable=8_000.0) == [Cut("A", 1.0)]
    assert plan([("A", 3_000.0)], untouchable=8_000.0, policy="trim") == [Cut("A", pytest.approx(1 / 3))]
    assert plan([("A", 3_000.0)], untouchable=20_000.0, policy="trim") == [Cut("A", 1.0)]
    assert plan([], untouchable=20_000.0) == []


@pytest.mark.parametrize("policy", ["highest_risk", "lowest_risk", "trim"])
@pytest.mark.parametrize("equity", [0.0, -5_000.0])
def test_a_lost_account_closes_everything_the_riskless_too(policy, equity):
    cuts = plan([*BOOK, ("D", 0.0)], policy=policy, equity=equity)
    assert {cut.key for cut in cuts} == {"A", "B", "C", "D"}
    assert {cut.share for cut in cuts} == {1.0}


@pytest.mark.parametrize("policy", ["highest_risk", "lowest_risk", "trim"])
def test_closing_a_position_that_risks_nothing_helps_nobody(policy):
    cuts = plan([("D", 0.0), ("A", 12_000.0)], policy=policy)
    assert [cut.key for cut in cuts] == ["A"]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    risks=st.lists(st.floats(0, 1e6), max_size=6),
    policy=st.sampled_from(["highest_risk", "lowest_risk", "trim"]),
    equity=st.floats(1, 1e7),
    max_heat=st.floats(0.01, 1),
)
def test_after_the_cuts_the_heat_fits_and_nothing_is_cut_twice(risks, policy, equity, max_heat):
    keyed = list(enumerate(risks))
    cuts = plan(keyed, policy=policy, equity=equity, max_heat=max_heat)
    assert len({cut.key for cut in cuts}) == len(cuts)
    assert all(0.0 < cut.share <= 1.0 for cut in cuts)
    left = sum(risks) - sum(cut.share * risks[cut.key] for cut in cuts)
    assert left <= max_heat * equity * (1 + 1e-6) + 1e-6 * sum(risks)
    if cuts:
        before_the_last = left + cuts[-1].share * risks[cuts[-1].key]
        assert before_the_last > max_heat * equity * (1 - 1e-6)
