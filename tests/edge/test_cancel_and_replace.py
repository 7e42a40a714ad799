"""A broker whose orders cannot be changed: the desk cancels and replaces, and every fill is the same."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import (
    CALM,
    LIMIT,
    ROUND,
    STOP,
    TRAIL,
    WIDE,
    calm,
    cancel,
    do,
    each,
    fixed_filler,
    trade,
)

CHANDELIER = ROUND.replace(
    stop="atr", atr_period=2, atr_stop=2.5, trail="chandelier", trail_atr=2.5, trail_activation=1.0
)
RISE = [*calm(4), *[(100 + day, 102 + day, 100 + day, 101 + day) for day in range(5)]]
DROP = (100, 101, 94, 95)
STEPS = {"profile": ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.25)))}
BRACKET = do("buy_bracket", exectype=bt.Order.Market, stopprice=95, limitprice=110, name="b")
PARTS = each(
    do("sell", size=80, exectype=LIMIT, price=105, name="near"),
    do("sell", size=50, exectype=LIMIT, price=110, name="far"),
)
SCENARIOS = {
    "stop anchored to the fill": ([CALM, (104, 105, 103, 104), (104, 104, 98, 99)], {1: do("buy")}, {}),
    "short anchored to the fill": ([CALM, (96, 97, 95, 96), (96, 102, 96, 101)], {1: do("sell")}, {}),
    "stop on the entry bar": ([CALM, DROP, CALM], {1: do("buy")}, {}),
    "gap through the stop": ([*calm(2), (90, 91, 89, 90)], {1: do("buy")}, {}),
    "limit entry": ([CALM, DROP, (96, 97, 94, 95)], {1: do("buy", exectype=LIMIT, price=100)}, {}),
    "trail": ([*RISE, (104, 104, 102, 103), (100, 100, 99, 99)], {3: do("buy")}, {"profile": CHANDELIER}),
    "trail and target": (
        [*RISE, (104, 104, 102, 103), (100, 100, 99, 99)],
        {3: do("buy", target=120)},
        {"profile": CHANDELIER},
    ),
    "target": ([*calm(3), (100, 111, 99, 110)], {1: do("buy", target=110)}, {}),
    "target moved": (
        [*calm(4), (100, 109, 99, 108)],
        {1: do("buy", target=110), 3: do("sell", exectype=LIMIT, price=108)},
        {},
    ),
    "stop and target in one bar": ([*calm(3), (100, 111, 94, 100)], {1: do("buy", target=110)}, {}),
    "bracket": ([*calm(3), (100, 111, 99, 110)], {1: BRACKET}, {}),
    "partial exit": ([*calm(3), DROP], {1: do("buy", target=110), 2: do("sell", size=50)}, {}),
    "partial exit in the stop's bar": (
        [*calm(2), (90, 101, 89, 95)],
        {1: do("buy"), 2: do("sell", size=50)},
        {},
    ),
    "parts": ([*calm(3), (100, 106, 99, 104), DROP], {1: do("buy"), 2: PARTS}, {}),
    "parts, own stop": (
        [*calm(4), (100, 106, 99, 104), (100, 101, 96, 97)],
        {1: do("buy"), 2: PARTS, 3: do("sell", exectype=STOP, price=97)},
        {},
    ),
    "own trail": (
        [*calm(3), (103, 106, 102, 105), (105, 106, 103, 104), (104, 104, 100, 101)],
        {1: do("buy"), 2: do("sell", exectype=TRAIL, trailamount=4)},
        {},
    ),
    "cancelled exit": ([*calm(3), DROP], {1: do("buy"), 3: each(do("close"), cancel("close"))}, {}),
    "cancelled target": ([*calm(4), DROP], {1: BRACKET, 3: cancel("b target")}, {}),
    "reversal": ([*calm(4), (100, 106, 99, 105)], {1: do("buy"), 2: each(do("close"), do("sell"))}, {}),
    "trim": (
        [*calm(2), (100, 100, 84, 84), *[(84, 85, 83, 84)] * 2, (84, 84, 79, 80)],
        {1: do("buy", size=500, stop=80)},
        {"profile": WIDE.replace(reduction="trim")},
    ),
    "filled in parts": ([*calm(4), DROP, *[(95, 96, 94, 95)] * 3], {1: do("buy")}, {"parts": 80}),
    "rungs": ([*calm(3), (100, 106, 99, 104), DROP], {1: do("buy")}, STEPS),
    "rungs anchored to the fill": (
        [CALM, (104, 105, 103, 104), (104, 110, 104, 109), (104, 104, 98, 99)],
        {1: do("buy")},
        STEPS,
    ),
    "rungs, trail and break-even": (
        [*calm(2), *RISE, (106, 120, 106, 119), (113, 113, 112, 113)],
        {1: do("buy")},
        {"profile": CHANDELIER.replace(stop="fixed", break_even=1.0, ladder=((1.0, 0.5), (2.0, 0.25)))},
    ),
    "a part closed under rungs": (
        [*calm(4), (100, 106, 99, 104), DROP],
        {1: do("buy"), 3: do("close", size=70)},
        STEPS,
    ),
    "rungs filled in parts": (
        [CALM, CALM, *[(104, 106, 104, 105)] * 3, DROP, CALM],
        {1: do("buy")},
        STEPS | {"parts": 80},
    ),
    "parts filled in parts": (
        [*calm(5), *[(111, 113, 110, 111)] * 3, DROP, *[(95, 96, 94, 95)] * 3],
        {1: do("buy"), 5: PARTS},
        {"parts": 60},
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_fills_are_the_same(name):
    bars, script, options = SCENARIOS[name]
    options = dict(options)
    if "parts" in options:
        options["prepare"] = fixed_filler(options.pop("parts"))
    changed, replaced = (
        trade([*bars, CALM], script=script, in_place=in_place, **options) for in_place in (True, False)
    )
    assert len(changed.fills) >= 2
    assert sorted(replaced.fills) == sorted(changed.fills)
    assert replaced.cash == changed.cash
    assert sorted(replaced.live) == sorted(changed.live)
    assert changed.is_covered
    assert replaced.is_covered


def test_what_is_replaced_is_another_order():
    # Two bars after the fill the stop has moved from 95 to 99: by a new order, or by the same one at a new price.
    def refs(strategy):
        notes = strategy.p.session.notes
        notes.extend(order.ref for order in strategy.broker.pending if order.exectype == STOP)

    bars = [CALM, (104, 105, 103, 104), (104, 105, 103, 104)]
    for in_place, count in ((True, 1), (False, 2)):
        session = trade(bars, script={1: each(do("buy"), refs), 2: refs}, in_place=in_place)
        assert len(set(session.notes)) == count
        assert session.live == [(-200, 99)]
