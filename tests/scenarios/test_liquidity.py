"""A market that trades less than 50 000 in an average bar is left alone: the mean of its last twenty bars.

At 100, 500 units a bar are 50 000.
"""

from __future__ import annotations

import math

import pytest

from tests.edge.market import WIDE, do, trade

PROFILE = WIDE.replace(min_liquidity=50_000.0)
BUY = do("buy", size=10, stop=50)


def bars(*volumes):
    return [(100, 101, 99, 100, volume) for volume in volumes]


@pytest.mark.parametrize(
    ("volumes", "passes"),
    [
        ([500] * 5, True),  # at its value
        ([499.99] * 5, False),
        ([400, 600, 500], True),
        ([1_000, 0], True),  # one bar without trades
        ([1_000] * 4 + [0] * 16, False),  # a fifth of it on average
        ([1_000] * 4 + [500] * 20, True),  # what is older than twenty bars does not count
        ([1_000] * 4 + [499] * 20, False),
    ],
)
def test_the_mean_of_twenty_bars_decides(volumes, passes):
    session = trade(bars(*volumes, 500)[: len(volumes) + 1], profile=PROFILE, script={len(volumes): BUY})
    (decision,) = session.decisions
    assert (decision.outcome, decision.rule) == (
        ("accepted", "own_size") if passes else ("denied", "min_liquidity")
    )


def test_the_reason_is_in_words():
    session = trade(bars(100, 100, 100), profile=PROFILE, script={2: BUY})
    assert session.decisions[0].text == "d0 trades 10000 a bar, the least is 50000"


def test_a_feed_without_a_volume_is_not_liquid():
    # A volume of zero on every bar, as rates have it, and none at all.
    session = trade(bars(0, 0, 0), profile=PROFILE, script={2: BUY})
    assert session.decisions[0].text == "d0 trades 0 a bar, the least is 50000"
    session = trade(bars(math.nan, math.nan, math.nan), profile=PROFILE, script={2: BUY})
    assert session.decisions[0].text == "d0 does not tell its volume, the least is 50000"


def test_exits_need_no_liquidity():
    session = trade(bars(500, 500, 0, 0, 0), profile=PROFILE, script={2: BUY, 3: do("close")})
    assert session.fills == [(3, 10, 100), (4, -10, 100)]
