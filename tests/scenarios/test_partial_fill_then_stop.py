"""The broker fills an entry in parts, and the stop is hit before it is complete.

80 units a bar. Decided at 100 with the stop at 95: 200 units, 1 000 at risk.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, calm, do, fixed_filler, trade

BY_80 = fixed_filler(80)


def test_the_rest_is_called_off_and_what_came_in_last_follows_the_stop_out():
    # Bar 2 brings 80 at 100. Bar 3 brings 80 more at its opening of 100.20, then falls to 94.50: the stop sells the
    # first 80 at 95. The reason of the trade is gone: the last 40 are never bought, the other 80 leave at the
    # opening of 95.40. 80 * (95 + 95.40) - 80 * (100 + 100.20) = 15 232 - 16 016 = -784.00
    bars = [CALM, CALM, (100.20, 101, 94.50, 95.20), (95.40, 96, 95.10, 95.50), *calm(2)]
    session = trade(bars, script={1: do("buy", name="entry")}, prepare=BY_80)
    assert session.fills == [(2, 80, 100), (3, 80, 100.20), (3, -80, 95), (4, -80, 95.40)]
    assert round(session.cash, 2) == 99_216.00
    assert session.heard_of("entry") == ["Accepted", "Partial", "Partial", "Canceled"]
    assert session.is_covered
    assert (session.live, session.desk.plans, session.desk.holdings, session.heats[-1]) == ([], {}, {}, 0)


def test_open_and_reserved_risk_pass_into_each_other_as_the_parts_come_in():
    # After bar 2: 80 * 5 open and 120 * 5 reserved; after bar 3 800 and 200; after bar 4 1 000 and nothing.
    shares = []

    def note(strategy):
        shares.append((strategy.bt_risk.ledger.open_risk, strategy.bt_risk.ledger.reserved_risk))

    trade(calm(5), script={1: do("buy"), **dict.fromkeys(range(2, 6), note)}, prepare=BY_80)
    assert shares == [(400, 600), (800, 200), (1_000, 0), (1_000, 0)]


def test_a_stop_before_the_second_part_costs_the_first_part_only():
    # Bar 3 opens at 94, beyond the stop. The entry, first in the queue, takes 80 at 94; the stop sells 80 there,
    # the other 80 leave at the opening of bar 4, 94.10: 80 * (94 + 94.10) - 80 * (100 + 94) = 15 048 - 15 520 =
    # -472.00.
    bars = [CALM, CALM, (94, 95, 93, 94), (94.10, 95, 93, 94), CALM]
    session = trade(bars, script={1: do("buy")}, prepare=BY_80)
    assert session.fills == [(2, 80, 100), (3, 80, 94), (3, -80, 94), (4, -80, 94.10)]
    assert round(session.cash, 2) == 99_528.00
    assert session.live == []


def test_a_stop_that_fires_sells_until_nothing_is_left_also_above_its_price():
    # Complete on bar 4. Bar 5 touches 95 and sells 80; the rest goes at the openings of 96 and 97, though they are
    # above the stop: a stop that was hit is an order at market. 80 * -5 + 80 * -4 + 40 * -3 = -840.00.
    bars = [*calm(4), (100, 101, 94, 95), (96, 98, 95.50, 97), (97, 98, 96.50, 97), CALM]
    session = trade(bars, script={1: do("buy")}, prepare=BY_80)
    assert session.fills[3:] == [(5, -80, 95), (6, -80, 96), (7, -40, 97)]
    assert session.cash == 99_160.00
    assert session.is_covered
    assert session.live == []


@pytest.mark.parametrize("size", [80, 81])
def test_a_part_that_is_all_there_is_leaves_no_rest(size):
    # 81 leave one unit over for bar 3, whose opening of 100 is before its fall to 94.
    session = trade(
        [CALM, CALM, (100, 101, 94, 95), *calm(3)], script={1: do("buy", size=size)}, prepare=BY_80
    )
    assert sum(units for _, units, _ in session.fills) == 0
    assert session.live == []
