"""The strategy closes, and the next bar also falls through the stop: sold once, not twice.

In Backtrader both orders would fill, and the position would end as a naked short of its own size.

200 units at 100 with the stop at 95. `close()` on bar 3 sells at the opening of bar 4.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, STOP, calm, do, each, fixed_filler, trade

IN_PLACE = pytest.mark.parametrize("in_place", [True, False])


@IN_PLACE
@pytest.mark.parametrize(
    ("bar", "price", "cash"),
    [
        ((94, 95, 90, 91), 94, 98_800.00),  # opened below the stop: 200 * (94 - 100) = -1 200.00
        ((95, 96, 90, 91), 95, 99_000.00),  # opened at the stop
        ((98, 99, 90, 91), 98, 99_600.00),  # falls to it later in the bar; the opening of 98 was before
        ((108, 111, 90, 91), 108, 101_600.00),  # reaches stop and target
    ],
)
def test_the_close_sells_at_the_opening_and_nothing_else_sells(bar, price, cash, in_place):
    script = {1: do("buy", target=110), 3: do("close")}
    session = trade([*calm(3), bar, CALM], script=script, in_place=in_place)
    assert session.fills == [(2, 200, 100), (4, -200, price)]
    assert session.cash == cash
    assert (session.position, session.live, session.heats[3]) == (0, [], 0)


@IN_PLACE
def test_two_closes_an_opposite_order_and_the_stop_sell_once(in_place):
    thrice = each(do("close"), do("sell", exectype=STOP, price=97), do("close"))
    session = trade([*calm(3), (94, 95, 90, 91), CALM], script={1: do("buy"), 3: thrice}, in_place=in_place)
    assert session.fills == [(2, 200, 100), (4, -200, 94)]
    assert session.cash == 98_800.00
    assert (session.position, session.live) == (0, [])


@IN_PLACE
def test_a_close_of_a_part_leaves_the_stop_the_rest(in_place):
    # 80 at the opening of 98, the other 120 at the stop: 80 * (98 - 100) + 120 * (95 - 100) = -760.00
    script = {1: do("buy"), 3: do("close", size=80)}
    session = trade([*calm(3), (98, 99, 90, 91), CALM], script=script, in_place=in_place)
    assert sorted(session.fills[1:]) == [(4, -120, 95), (4, -80, 98)]
    assert session.cash == 99_240.00
    assert session.is_covered
    assert (session.position, session.live) == (0, [])


def test_a_close_in_the_bar_that_the_stop_has_sold_in_finds_nothing_to_close():
    script = {1: do("buy"), 4: do("close")}
    session = trade([*calm(3), (98, 99, 94, 94), *calm(2)], script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 95)]
    assert session.outcomes()[1:] == [("exit", "nothing", "signal")]
    assert session.position == 0


def test_where_the_broker_fills_by_volume_the_close_goes_on_and_the_stop_stays_away():
    # 120 units a bar: in at 100 as 120 and 80, out as 120 at 94 and 80 at 93: 120 * -6 + 80 * -7 = -1 280.00.
    session = trade(
        [*calm(4), (94, 95, 90, 91), (93, 94, 90, 91), CALM],
        script={1: do("buy"), 4: do("close")},
        prepare=fixed_filler(120),
    )
    assert session.fills[2:] == [(5, -120, 94), (6, -80, 93)]
    assert session.cash == 98_720.00
    assert (session.position, session.live) == (0, [])
