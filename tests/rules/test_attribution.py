"""Planned against realised: a table to redo on paper, and the sum of the parts on any prices."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bt_risk.rules.attribution import Attribution, TradePath, attribute_trade

# 200 bought at 100 with the stop at 95, sold there.
AS_PLANNED = TradePath(
    size=200,
    decided=100,
    decided_stop=95,
    quoted_entry=100,
    entry=100,
    last_stop=95,
    quoted_exit=95,
    exit=95,
    is_stopped=True,
)


def changes(**prices):
    """Return the parts of the trade that are not zero after a change of its prices."""
    parts = attribute_trade(replace(AS_PLANNED, **prices))
    return {part.name: getattr(parts, part.name) for part in fields(parts) if getattr(parts, part.name)}


@pytest.mark.parametrize(
    ("prices", "parts"),
    [
        ({}, {"planned": -1_000}),
        # opened at 102 and the stop stayed
        ({"quoted_entry": 102, "entry": 102}, {"planned": -1_000, "entry_gap": -400}),
        # opened at 102 and the stop went along to 97: the two cancel
        (
            {"quoted_entry": 102, "entry": 102, "last_stop": 97, "quoted_exit": 97, "exit": 97},
            {"planned": -1_000, "entry_gap": -400, "stop_moves": 400},
        ),
        # trailed to 108 and hit
        ({"last_stop": 108, "quoted_exit": 108, "exit": 108}, {"planned": -1_000, "stop_moves": 2_600}),
        # jumped: opened at 90
        ({"quoted_exit": 90, "exit": 90}, {"planned": -1_000, "exit_gap": -1_000}),
        # a signal left at 98, a target at 110
        ({"quoted_exit": 98, "exit": 98, "is_stopped": False}, {"planned": -1_000, "early_exit": 600}),
        ({"quoted_exit": 110, "exit": 110, "is_stopped": False}, {"planned": -1_000, "early_exit": 3_000}),
        # 0.50 of slippage on either side, 20 of commissions
        ({"entry": 100.5, "exit": 94.5, "costs": 20}, {"planned": -1_000, "slippage": -200, "costs": -20}),
        # contracts of 50 a point
        ({"multiplier": 50, "quoted_exit": 90, "exit": 90}, {"planned": -50_000, "exit_gap": -50_000}),
        # no stop: the notional is at risk, and a signal at 98 saves most of it
        (
            {"decided_stop": None, "last_stop": None, "quoted_exit": 98, "exit": 98, "is_stopped": False},
            {"planned": -20_000, "early_exit": 19_600},
        ),
        (
            {
                "size": -200,
                "decided_stop": None,
                "last_stop": None,
                "quoted_exit": 98,
                "exit": 98,
                "is_stopped": False,
            },
            {"planned": -20_000, "early_exit": 20_400},
        ),
        # a short is the mirror: stop 105, jumped to 110
        (
            {"size": -200, "decided_stop": 105, "last_stop": 105, "quoted_exit": 110, "exit": 110},
            {"planned": -1_000, "exit_gap": -1_000},
        ),
    ],
)
def test_each_price_has_its_part(prices, parts):
    assert changes(**prices) == parts


PRICE = st.floats(0.01, 10_000)


@given(
    st.builds(
        TradePath,
        size=st.floats(-1e6, 1e6).filter(bool),
        decided=PRICE,
        decided_stop=st.none() | PRICE,
        quoted_entry=PRICE,
        entry=PRICE,
        last_stop=st.none() | PRICE,
        quoted_exit=PRICE,
        exit=PRICE,
        is_stopped=st.booleans(),
        costs=st.floats(0, 1_000),
        multiplier=st.sampled_from([1.0, 50.0, 0.01]),
    )
)
def test_the_parts_sum_to_what_the_trade_made(path):
    made = path.size * path.multiplier * (path.exit - path.entry) - path.costs
    stops = [stop for stop in (path.decided_stop, path.last_stop) if stop is not None]
    highest = max(path.decided, path.quoted_entry, path.quoted_exit, path.entry, path.exit, *stops)
    notional = abs(path.size) * path.multiplier * 2 * highest
    assert attribute_trade(path).realised == pytest.approx(made, rel=0, abs=1e-9 * notional + 1e-9)


def test_what_was_never_promised_is_a_loss_beyond_plan_and_commissions():
    made = attribute_trade(replace(AS_PLANNED, quoted_exit=90, exit=89.9, costs=20))
    assert made.realised == pytest.approx(-2_040)
    assert made.never_promised == pytest.approx(1_020)
    assert made.to_text() == (
        "planned -1,000.00, realised -2,040.00, of which 1,020.00 was never promised: exit gap -1,000.00, "
        "slippage -20.00, costs -20.00"
    )


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (Attribution(-1_000, 0, 0, 0, 0, 0, 0), "planned -1,000.00, realised -1,000.00"),
        (
            Attribution(-1_000, 0, 0, 3_000, 0, 0, -20),
            "planned -1,000.00, realised 1,980.00: early exit 3,000.00, costs -20.00",
        ),
    ],
)
def test_a_trade_within_its_plan_says_nothing_of_promises(parts, text):
    assert parts.never_promised == 0
    assert parts.to_text() == text
