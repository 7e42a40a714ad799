"""One bar reaches the stop and the targets of a position that is sold in parts.

200 units at 100 with the stop at 95. The strategy's own limits sell 80 at 105 and 50 at 110; the last 70 have no
target. What came first inside the bar is not known: the stop is taken to have, for every part, and nothing is sold
twice.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, calm, do, each, fixed_filler, trade

LIMITS = each(
    do("sell", size=80, exectype=LIMIT, price=105, name="near"),
    do("sell", size=50, exectype=LIMIT, price=110, name="far"),
)
BOTH = (100, 111, 94, 104)


def test_the_stop_sells_every_part_and_the_limits_are_gone():
    # 200 * (95 - 100) = -1 000.00
    session = trade([*calm(3), BOTH, CALM], script={1: do("buy"), 2: LIMITS})
    assert sorted(session.fills[1:]) == [(4, -80, 95), (4, -70, 95), (4, -50, 95)]
    assert session.cash == 99_000.00
    assert session.heard_of("near")[-1] == session.heard_of("far")[-1] == "Canceled"
    assert (session.live, session.position, session.heats[-1]) == ([], 0, 0)


def test_after_the_first_target_the_bar_takes_what_is_left():
    # 80 * (105 - 100) = 400.00, then 120 * (95 - 100) = -600.00
    session = trade([*calm(3), (100, 106, 99, 104), BOTH, CALM], script={1: do("buy"), 2: LIMITS})
    assert session.fills[1] == (4, -80, 105)
    assert sorted(session.fills[2:]) == [(5, -70, 95), (5, -50, 95)]
    assert session.cash == 99_800.00
    # at risk: 200 * 5, and 120 * 5 on 100 000 + 400 + 120 * (104 - 100) = 100 880
    assert session.heats[2:4] == pytest.approx([0.01, 600 / 100_880])
    assert session.is_covered
    assert session.live == []


def test_a_gap_below_the_stop_sells_all_at_the_opening():
    # 200 * (92 - 100) = -1 600.00, whatever the bar reaches later
    session = trade([*calm(3), (92, 111, 91, 104), CALM], script={1: do("buy"), 2: LIMITS})
    assert [price for _, _, price in session.fills[1:]] == [92, 92, 92]
    assert session.cash == 98_400.00
    assert (session.live, session.position) == ([], 0)


def test_an_opening_above_a_target_is_taken_as_the_stop_too():
    # The bar opens at 107, where a limit of 105 would have sold 80. A broker that tries the stop first does not see
    # that; the desk keeps to the worse of the two: -1 000.00.
    session = trade([*calm(3), (107, 111, 94, 104), CALM], script={1: do("buy"), 2: LIMITS})
    assert session.cash == 99_000.00
    assert (session.live, session.position) == ([], 0)


def test_a_short_is_its_mirror():
    # 200 * (100 - 105) = -1 000.00
    limits = each(do("buy", size=80, exectype=LIMIT, price=95), do("buy", size=50, exectype=LIMIT, price=90))
    session = trade([*calm(3), (100, 106, 89, 96), CALM], script={1: do("sell"), 2: limits})
    assert sorted(session.fills[1:]) == [(4, 50, 105), (4, 70, 105), (4, 80, 105)]
    assert session.cash == 99_000.00
    assert session.live == []


def test_where_the_broker_fills_by_volume_nothing_is_sold_twice_either():
    # 60 units an order and bar. Bought on bars 2 to 5 as 60, 60, 60, 20. Bar 7 reaches all levels: the stops for
    # the 70, the 80 and the 50 sell 60, 60 and 50 at 95; the last 10 and 20 follow at the next opening of 97. 170 *
    # (95 - 100) + 30 * (97 - 100) = -940.00
    bars = [*calm(6), BOTH, *[(97, 98, 96, 97)] * 3]
    session = trade(bars, script={1: do("buy"), 6: LIMITS}, profile=ROUND, prepare=fixed_filler(60))
    assert sum(size for _, size, price in session.fills if price == 95) == -170
    assert sum(size for _, size, price in session.fills if price == 97) == -30
    assert session.cash == 99_060.00
    assert (session.position, session.live) == (0, [])
