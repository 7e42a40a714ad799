from __future__ import annotations

from math import inf, isnan, nan, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.heat import correlated_heat
from bt_risk.maths.joint_heat import joint_room, marginal_heat
from bt_risk.maths.limits import at_most

small = settings(derandomize=True, max_examples=200, deadline=None)

amount = st.floats(0.01, 1e6) | st.just(0.0)
books = st.lists(amount, max_size=6)
correlation = st.floats(0, 1) | st.sampled_from([0.0, 1.0])


@pytest.mark.parametrize(
    ("risks", "budget", "rho", "room"),
    [
        ([], 500, 0.3, 500),
        ([300], 500, 1.0, 200),  # the sum
        ([300], 500, 0.0, 400),  # 3, 4, 5
        ([100, 200], 500, 1.0, 200),
        ([200, 200, 100], 500, 0.0, 400),  # 200 ** 2 + 200 ** 2 + 100 ** 2 = 300 ** 2
        (
            [300],
            700,
            0.5,
            (-300 + sqrt(300**2 + 4 * (700**2 - 300**2))) / 2,
        ),  # y ** 2 + 300 y = 700 ** 2 - 300 ** 2
        ([0.3], 0.5, 0.0, 0.4),
        ([0, 0], 500, 0.5, 500),
        ([500], 500, 0.5, 0),
        ([600], 500, 0.0, 0),
        ([500 * (1 - 1e-12)], 500, 0.0, 0),  # float dust is no room
        ([500 * (1 + 1e-12)], 500, 1.0, 0),
        ([], 0, 0.5, 0),
        ([], -1, 0.5, 0),
        ([3e200], 5e200, 0.0, 4e200),
    ],
)
def test_the_room_is_what_lifts_the_joint_risk_to_the_budget(risks, budget, rho, room):
    assert joint_room(risks, budget, rho) == pytest.approx(room, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("risks", "budget", "rho"),
    [([nan], 500, 0.5), ([1], nan, 0.5), ([1], 500, nan), ([1], 500, 1.1), ([], 5, -0.1)],
)
def test_a_room_of_the_unknown_is_unknown(risks, budget, rho):
    assert isnan(joint_room(risks, budget, rho))


@small
@given(risks=books, budget=st.floats(1, 1e6), rho=correlation)
def test_the_room_fills_the_budget_exactly_and_a_little_more_exceeds_it(risks, budget, rho):
    room = joint_room(risks, budget, rho)
    assert 0.0 <= room <= budget * (1 + 1e-9)
    if room:
        assert correlated_heat([*risks, room], budget, rho) == pytest.approx(1.0, rel=1e-9)
        assert correlated_heat([*risks, room + budget * 0.01], budget, rho) > 1.0
    else:
        assert not at_most(correlated_heat(risks, budget, rho), 1 - 2e-9)


@small
@given(risks=books, budget=st.floats(1, 1e6), rho=correlation, less=correlation, more=amount)
def test_more_risk_and_more_correlation_never_leave_more_room(risks, budget, rho, less, more):
    room = joint_room(risks, budget, rho)
    assert at_most(joint_room([*risks, more], budget, rho), room + 1e-9 * budget)
    assert at_most(room, joint_room(risks, budget, min(rho, less)) + 1e-6 * budget)


@pytest.mark.parametrize(
    ("risks", "rho", "parts"),
    [
        ([], 0.5, []),
        ([300], 0.7, [0.03]),
        ([300, 400], 1.0, [0.03, 0.04]),
        ([300, 400], 0.0, [0.018, 0.032]),  # 9 / 25 and 16 / 25 of 0.05
        ([400, 0, 300], 0.0, [0.032, 0, 0.018]),
        ([200, 200], 0.5, [0.01 * sqrt(3), 0.01 * sqrt(3)]),
        ([0, 0], 0.5, [0, 0]),
    ],
)
def test_the_parts_of_the_correlated_heat(risks, rho, parts):
    assert marginal_heat(risks, 10_000, rho) == pytest.approx(parts, rel=1e-12)


def test_without_equity_risk_is_infinitely_hot():
    assert marginal_heat([5, 0], 0, 0.5) == marginal_heat([5, 0], -100, 0.5) == [inf, 0]
    assert marginal_heat([0, 0], 0, 0.5) == [0, 0]


@pytest.mark.parametrize(
    ("risks", "equity", "rho"),
    [([nan, 1], 100, 0.5), ([1, 1], nan, 0.5), ([1, 1], 100, nan), ([1, 1], 0, 1.1)],
)
def test_parts_of_the_unknown_are_unknown(risks, equity, rho):
    parts = marginal_heat(risks, equity, rho)
    assert len(parts) == 2
    assert all(map(isnan, parts))


@small
@given(risks=books, equity=st.floats(1, 1e7), rho=correlation)
def test_the_parts_sum_to_the_correlated_heat_and_none_exceeds_its_own(risks, equity, rho):
    parts = marginal_heat(risks, equity, rho)
    assert sum(parts) == pytest.approx(correlated_heat(risks, equity, rho), rel=1e-9, abs=0)
    for risk, part in zip(risks, parts, strict=True):
        assert 0.0 <= part
        assert at_most(part, risk / equity)


@small
@given(risks=st.lists(st.floats(1, 1e4), min_size=2, max_size=5), rho=correlation)
def test_a_part_is_the_risk_times_the_heats_derivative_and_bounds_what_closing_frees(risks, rho):
    parts = marginal_heat(risks, 1e5, rho)
    heat = correlated_heat(risks, 1e5, rho)
    first, *rest = risks
    step = first * 1e-4
    higher, lower = (correlated_heat([first + sign * step, *rest], 1e5, rho) for sign in (1, -1))
    assert parts[0] == pytest.approx(first * (higher - lower) / (2 * step), rel=1e-4)
    assert at_most(heat - correlated_heat(rest, 1e5, rho), parts[0] * (1 + 1e-9))
