"""A resting order that a bar does not reach is not tried; that changes no fill."""

from __future__ import annotations

import random

import pytest

from bt_risk.broker.fill_guard import FillGuard
from tests.edge.market import CALM, ROUND, STOP, calm, do, trade

HALF = 0.5


def market(seed, bars=60):
    """Make bars on a grid of halves, so that orders are touched exactly, missed by one step, and jumped over."""
    dice = random.Random(seed)
    rows, close = [], 100.0
    for _ in range(bars):
        open_ = close + HALF * dice.randint(-4, 4)
        close = max(50.0, open_ + HALF * dice.randint(-5, 5))
        high = max(open_, close) + HALF * dice.randint(0, 2)
        rows.append((open_, high, min(open_, close) - HALF * dice.randint(0, 2), close))
    return rows


def enter(bar, seed):
    """Buy or sell with a stop and a target a few steps away, by a stop order every third time."""
    dice = random.Random(f"{seed} {bar}")
    is_long = dice.random() < 0.5
    steps = (-HALF if is_long else HALF) * dice.randint(4, 12)

    def act(strategy):
        if strategy.position or strategy.bt_risk.plans:
            return
        price = strategy.data.close[0] - (steps / 4 if bar % 3 == 0 else 0.0)
        options = {"exectype": STOP, "price": price} if bar % 3 == 0 else {}
        method = strategy.buy if is_long else strategy.sell
        method(stop=price + steps, target=price - steps, **options)

    return act


def fills(seed, in_place):
    script = {bar: enter(bar, seed) for bar in range(2, 58)}
    profile = ROUND.replace(trail="chandelier", trail_atr=2.0, atr_period=3, trail_activation=0.5)
    return trade(market(seed), script=script, profile=profile, in_place=in_place).fills


@pytest.mark.parametrize("in_place", [True, False])
def test_the_broker_fills_the_same_without_the_guards_glance(monkeypatch, in_place):
    seen = [fills(seed, in_place) for seed in range(6)]
    monkeypatch.setattr(FillGuard, "_is_out_of_reach", lambda guard, opening: False)
    assert [fills(seed, in_place) for seed in range(6)] == seen
    assert sum(map(len, seen)) > 80


@pytest.mark.parametrize(
    ("entry", "last", "exit_"),
    [
        # Stop at 95, target at 110: reached exactly, and missed by a cent.
        ("buy", (100, 101, 95, 96), [(3, -200, 95)]),
        ("buy", (100, 101, 95.01, 96), []),
        ("buy", (94, 94, 93, 94), [(3, -200, 94)]),
        ("buy", (100, 110, 99, 100), [(3, -200, 110)]),
        ("buy", (100, 109.99, 99, 100), []),
        ("buy", (111, 112, 110.5, 111), [(3, -200, 111)]),
        # Stop at 105, target at 90.
        ("sell", (100, 105, 99, 104), [(3, 200, 105)]),
        ("sell", (100, 104.99, 99, 104), []),
        ("sell", (106, 107, 106, 106), [(3, 200, 106)]),
        ("sell", (100, 101, 90, 91), [(3, 200, 90)]),
        ("sell", (100, 101, 90.01, 91), []),
        ("sell", (89, 89.5, 88, 89), [(3, 200, 89)]),
    ],
)
def test_a_bar_that_reaches_the_price_fills(entry, last, exit_):
    target = 110 if entry == "buy" else 90
    session = trade([*calm(2), last, CALM], script={1: do(entry, target=target)})
    assert [fill for fill in session.fills if fill[0] == 3] == exit_
