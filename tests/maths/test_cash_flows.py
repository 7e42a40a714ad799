from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.cash_flows import base_after_flow
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
