from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.cash_flows import base_after_flow, equity_without_flows
from bt_risk.maths.drawdown import drawdown


@pytest.mark.parametrize(
    ("base", "equity", "flow", "expected"),
    [
        (100.0, 160.0, 80.0, 200.0),  # 80 of 100 doubled by a deposit: still a fifth below the peak
        (100.0, 40.0, -40.0, 50.0),
        (100.0, 80.0, 0.0, 100.0),
        (100.0, 0.0, -80.0, 0.0),
        (100.0, 50.0, 50.0, 150.0),  # nothing was left before: no fraction to keep
        (100.0, 40.0, 50.0, 150.0),
    ],
)
def test_a_flow_moves_the_base_as_it_moves_the_equity(base, equity, flow, expected):
    assert base_after_flow(base, equity, flow) == pytest.approx(expected)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(base=st.floats(1, 1e6), share=st.floats(0.01, 1), flow=st.floats(-1, 5))
def test_a_flow_neither_hides_a_drawdown_nor_makes_one(base, share, flow):
    before = base * share
    money = flow * before * 0.99
    after = before + money
    assert drawdown(base_after_flow(base, after, money), after) == pytest.approx(1 - share, abs=1e-9)


def test_equity_without_flows_by_hand():
    # 100 to 110; 110 paid in, nothing gained: 220 stand for 110; up by 22 is a tenth; half is paid out: still 121.
    assert equity_without_flows([100, 110, 220, 242, 121], [0, 0, 110, 0, -121]) == pytest.approx(
        [100, 110, 110, 121, 121]
    )


def test_a_flow_waits_for_the_next_equity_that_is_known():
    assert equity_without_flows([100, nan, 220, inf, 110], [0, 100, 0, 0, 0]) == pytest.approx(
        [100, nan, 120, nan, 60], nan_ok=True
    )


@pytest.mark.parametrize(
    ("equity", "flows", "expected"),
    [
        ([100, -50, 150, 160], [0, 0, 200, 0], [100, -50, -50, -40]),  # saved from below zero
        ([100, 0, 50], [0, -100, 0], [100, 100, 150]),  # all paid out, and 50 from nothing
    ],
)
def test_without_a_proportion_a_flow_is_taken_off(equity, flows, expected):
    assert equity_without_flows(equity, flows) == pytest.approx(expected)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    steps=st.lists(st.tuples(st.floats(-0.5, 1), st.sampled_from([0, 0, 0.7, -0.4])), min_size=1, max_size=30)
)
def test_the_returns_of_equity_without_flows_are_those_of_the_steps(steps):
    equity, flows = [100.0], [0.0]
    for change, share in steps:
        before = equity[-1] * (1 + change)
        flows.append(share * before)
        equity.append(before + flows[-1])
    curve = equity_without_flows(equity, flows)
    assert curve[1:] / curve[:-1] - 1 == pytest.approx([change for change, _ in steps], abs=1e-9)


@given(equity=st.lists(st.floats(-1e6, 1e6), max_size=20))
@settings(derandomize=True, max_examples=50, deadline=None)
def test_without_flows_the_equity_is_what_it_was(equity):
    assert (equity_without_flows(equity, np.zeros(len(equity))) == np.array(equity)).all()
