"""Planned against realised: a table to redo on paper, and the sum of the parts on any prices."""

from __future__ import annotations

import math
from dataclasses import astuple, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bt_risk.rules.attribution import NOTHING, Attribution, Exposure, TradePath, attribute_trade

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


@pytest.mark.parametrize(
    ("prices", "parts"),
    [
        # bought by a limit at 100 with the stop at 95: the bar ended at 93, and the next one opened at 90
        ((100, 93, 90), {"entry_bar_exposure": -400, "exit_gap": -600}),
        # it opened above that close, so that less was lost than the bar showed
        ((100, 93, 94), {"entry_bar_exposure": -200}),
        # the bar ended above the stop: a gap like any other
        ((100, 96, 90), {"exit_gap": -1_000}),
        ((100, 93, 95), {}),
        # bought at 92, beyond the stop: the bar took the price from there to 91
        ((92, 91, 90), {"exit_gap": -800, "entry_bar_exposure": -200}),
        ((92, 93, 90), {"exit_gap": -1_000}),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_a_bar_without_a_working_stop_has_a_part_of_its_own(prices, parts, side):
    # The mirror of a price is as far above 100 as the price is below.
    since, until, left = prices if side > 0 else (200 - price for price in prices)
    made = attribute_trade(
        replace(
            AS_PLANNED,
            size=200 * side,
            decided_stop=100 - 5 * side,
            last_stop=100 - 5 * side,
            quoted_exit=left,
            exit=left,
            exposure=Exposure(share=1.0, since=since, until=until),
        )
    )
    assert {part.name: getattr(made, part.name) for part in fields(made) if getattr(made, part.name)} == {
        "planned": -1_000,
        **parts,
    }


def test_only_the_units_of_the_exposed_bar_were_exposed():
    # a quarter of 200 came in on a bar that ended at 93; all were sold at 90
    parts = changes(quoted_exit=90, exit=90, exposure=Exposure(share=0.25, since=96, until=93))
    assert parts == {"planned": -1_000, "entry_bar_exposure": -100, "exit_gap": -900}


def test_an_exit_that_the_stop_did_not_cause_knows_no_exposure():
    parts = changes(quoted_exit=90, exit=90, is_stopped=False, exposure=Exposure(1.0, since=100, until=93))
    assert parts == {"planned": -1_000, "early_exit": -1_000}


# Every price between two parts, or at one end of them; what moves when it alone is another one.
NEIGHBOURS = {
    "decided": {"planned", "entry_gap"},
    "decided_stop": {"planned", "stop_moves"},
    "quoted_entry": {"entry_gap", "slippage"},
    "entry": {"slippage"},
    "last_stop": {"stop_moves", "exit_gap"},
    "quoted_exit": {"exit_gap", "slippage"},
    "exit": {"slippage"},
    "costs": {"costs"},
}
ALL_DIFFERENT = TradePath(
    size=200,
    decided=100,
    decided_stop=95,
    quoted_entry=102,
    entry=102.5,
    last_stop=97,
    quoted_exit=90,
    exit=89.5,
    is_stopped=True,
    costs=20,
)


@pytest.mark.parametrize("name", NEIGHBOURS)
@pytest.mark.parametrize("is_stopped", [True, False])
def test_one_wrong_price_moves_its_own_parts_and_no_other(name, is_stopped):
    path = replace(ALL_DIFFERENT, is_stopped=is_stopped)
    right = attribute_trade(path)
    wrong = attribute_trade(replace(path, **{name: getattr(path, name) + 1.0}))
    moved = {part.name: getattr(wrong, part.name) - getattr(right, part.name) for part in fields(right)}
    expected = {part if is_stopped else part.replace("exit_gap", "early_exit") for part in NEIGHBOURS[name]}
    assert {part for part, by in moved.items() if by} == expected
    by = {abs(change) for part, change in moved.items() if change}
    assert by == {1.0 if name == "costs" else 200.0}
    # Only the two fills and the costs change what was realised; the rest moves from one part into another.
    change = wrong.realised - right.realised
    assert change == pytest.approx({"entry": -200, "exit": 200, "costs": -1}.get(name, 0.0))


@pytest.mark.parametrize(
    ("name", "parts"),
    [("since", {"entry_bar_exposure", "exit_gap"}), ("until", {"entry_bar_exposure", "exit_gap"})],
)
def test_the_prices_of_an_exposed_bar_move_what_is_lost_between_two_parts(name, parts):
    exposure = Exposure(share=1.0, since=96, until=93)
    path = replace(ALL_DIFFERENT, exposure=exposure)
    right = attribute_trade(path)
    wrong = attribute_trade(
        replace(path, exposure=replace(exposure, **{name: getattr(exposure, name) - 1.0}))
    )
    assert {
        part.name for part in fields(right) if getattr(wrong, part.name) != getattr(right, part.name)
    } == parts
    assert wrong.realised == pytest.approx(right.realised)


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
        exposure=st.none() | st.builds(Exposure, share=st.floats(0, 1), since=PRICE, until=PRICE),
    )
)
def test_the_parts_sum_to_what_the_trade_made(path):
    made = path.size * path.multiplier * (path.exit - path.entry) - path.costs
    stops = [stop for stop in (path.decided_stop, path.last_stop) if stop is not None]
    highest = max(path.decided, path.quoted_entry, path.quoted_exit, path.entry, path.exit, *stops)
    notional = abs(path.size) * path.multiplier * 2 * highest
    assert attribute_trade(path).realised == pytest.approx(made, rel=0, abs=1e-9 * notional + 1e-9)


def test_a_step_is_worth_what_the_instrument_makes_of_it():
    # Worth its square root: 100 -> 81 -> 64 -> 49 is 10 -> 9 -> 8 -> 7, a point each.
    def root(size, before, after):
        return size * (math.sqrt(after) - math.sqrt(before))

    path = TradePath(3, 100, 81, 121, 144, 64, 49, 36, is_stopped=True, costs=1)
    made = attribute_trade(path, root)
    assert astuple(made) == (-3, -3, -3, 0, 0, -3, -3 - 3, -1)
    assert made.realised == root(3, 144, 36) - 1


def test_parts_add_up_and_count_in_r():
    half = attribute_trade(replace(AS_PLANNED, size=100, quoted_exit=90, exit=90, costs=5))
    assert half + half == attribute_trade(replace(AS_PLANNED, quoted_exit=90, exit=90, costs=10))
    assert half + NOTHING == half
    assert half.over(500).exit_gap == -1
    assert half.over(500).realised == pytest.approx(-1_005 / 500)


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
        (Attribution(-1_000, 0, 0, 0, 0, 0, 0, 0), "planned -1,000.00, realised -1,000.00"),
        (
            Attribution(-1_000, 0, 0, 3_000, 0, 0, 0, -20),
            "planned -1,000.00, realised 1,980.00: early exit 3,000.00, costs -20.00",
        ),
    ],
)
def test_a_trade_within_its_plan_says_nothing_of_promises(parts, text):
    assert parts.never_promised == 0
    assert parts.to_text() == text
