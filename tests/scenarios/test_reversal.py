"""From long to short: the long is closed first, the short is decided afresh when it is flat.

In one order of Backtrader's a reversal without the cash for its second half is refused whole, and the long stays.

Long 200 units at 100 with the stop at 95, 1 000 at risk.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, ROUND, calm, do, each, trade

REVERSE = do("sell", size=300, name="reversal")


def test_the_second_half_is_an_entry_of_its_own_with_the_close_of_the_bar_that_is_flat():
    # Sold on bar 4 at 103: 200 * (103 - 100) = 600.00. Flat, decided at that bar's close of 102 with the stop 5 % =
    # 5.10 away. 100 units remain of the 300, less than 1 006 / 5.10 = 197. Sold on bar 5 at 101.50, stop at 106.60.
    # Bought back there on bar 6: 100 * (101.50 - 106.60) = -510.00.
    bars = [*calm(3), (103, 104, 101, 102), (101.50, 102, 101, 101), (102, 107, 101, 106), CALM]
    session = trade(bars, script={1: do("buy"), 3: REVERSE})
    assert session.fills == [
        (2, 200, 100),
        (4, -200, 103),
        (5, -100, 101.50),
        (6, 100, pytest.approx(106.60)),
    ]
    assert round(session.cash, 2) == 100_000 + 600 - 510
    # 100 * 5.10 = 510 reserved on bar 4, where equity is 100 600; open on bar 5, where it is 100 600 + 100 * 0.50
    assert session.heats == pytest.approx([0.01, 0.01, 0.01, 510 / 100_600, 510 / 100_650, 0, 0])
    assert session.outcomes()[1:] == [
        ("exit", "accepted", "signal"),
        ("reversal", "accepted", "own_size"),
    ]


def test_close_and_sell_in_one_bar_reverse_with_a_size_of_the_desks():
    # Decided flat at 102: 1 % of 100 600 is 1 006, and 1 006 / 5.10 = 197 units.
    bars = [*calm(3), (103, 104, 101, 102), *[(102, 103, 101, 102)] * 2]
    session = trade(bars, script={1: do("buy"), 3: each(do("close"), do("sell"))})
    assert session.fills == [(2, 200, 100), (4, -200, 103), (5, -197, 102)]
    assert session.outcomes()[2:] == [
        ("reversal", "pending", "until_flat"),
        ("reversal", "accepted", "risk_per_trade"),
    ]


def test_of_two_reversals_on_their_way_the_later_one_counts():
    script = {1: do("buy"), 3: each(do("close"), do("sell", size=50), do("sell", size=20))}
    session = trade(calm(6), script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 100), (5, -20, 100)]


def test_a_close_after_it_leaves_the_position_flat():
    session = trade(calm(6), script={1: do("buy"), 3: each(REVERSE, do("close"))})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.event_kinds() == ["reversal_dropped"]


def test_its_cash_is_that_of_the_closed_position():
    # Short 990 at 100 with the stop at 101.01, 1 000 at risk: 100 000 in cash and 99 000 of proceeds. In one order
    # 1 980 units cost 198 000; sold first and decided afresh at 100, the long of 990 with the stop at 98.99 costs
    # 99 000.
    script = {1: do("sell", stop=101.01), 3: do("buy", size=1_980, stop=98.99)}
    session = trade(calm(6), script=script)
    assert session.fills == [(2, -990, 100), (4, 990, 100), (5, 990, 100)]
    assert session.cash == 1_000.00


def test_a_reversal_whose_long_is_stopped_by_a_gap_is_decided_from_there():
    # The exit and the stop meet in the gap of bar 4: sold once at 90, 200 * (90 - 100) = -2 000.00. Decided flat at 91
    # with the stop 4.55 away: 100 units, sold at 92.
    bars = [*calm(3), (90, 92, 89, 91), (92, 93, 91, 92), (92, 93, 91, 92)]
    session = trade(bars, script={1: do("buy"), 3: REVERSE})
    assert session.fills == [(2, 200, 100), (4, -200, 90), (5, -100, 92)]
    assert session.cash == 100_000 - 2_000 + 9_200
    assert [(size, round(price, 6)) for size, price in session.live] == [(100, 96.55)]


def test_what_the_book_does_not_bear_when_flat_is_denied():
    # Two places, both taken. The strategy hears of the sale of d0 before the short on d0 is decided, and gives
    # its place to d2.
    def take_the_place(strategy, order):
        if order.data is strategy.datas[0] and order.issell() and order.status == order.Completed:
            strategy.buy(data=strategy.datas[2])

    script = {1: each(do("buy", data=0), do("buy", data=1)), 3: REVERSE}
    profile = ROUND.replace(max_positions=2)
    session = trade(*[calm(6)] * 3, script=script, profile=profile, on_order=take_the_place)
    assert session.outcomes()[-1] == ("reversal", "denied", "max_positions")
    assert session.desk.positions == {"d1": 200, "d2": 200}
