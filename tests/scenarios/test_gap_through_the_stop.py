"""A price opens beyond the stop: the stop sells at the opening, and more is lost than the heat had said.

Decided at a close of 48.20 with a stop 5 % = 2.41 away: 1 000 / 2.41 = 414 units. Bought at the opening of 48.35,
so that the stop is at 48.35 - 2.41 = 45.94. At risk: 414 * 2.41 = 997.74.
"""

from __future__ import annotations

import pytest

from tests.edge.market import do, trade

DECIDED = (48.00, 48.40, 47.80, 48.20)
BOUGHT = (48.35, 48.90, 47.60, 48.50)


def test_a_long_is_sold_at_the_opening_beyond_its_stop():
    session = trade([DECIDED, BOUGHT, (43.10, 44.00, 42.80, 43.50)], script={1: do("buy")})
    assert session.fills == [(2, 414, 48.35), (3, -414, 43.10)]
    # 414 * (43.10 - 48.35) = -2 173.50, of which 414 * (43.10 - 45.94) = -1 175.76 is the gap
    assert round(session.cash, 2) == 100_000 - 2_173.50
    # equity before the gap: 100 000 + 414 * (48.50 - 48.35) = 100 062.10
    assert session.heats == pytest.approx([997.74 / 100_000, 997.74 / 100_062.10, 0])
    assert (session.live, session.desk.holdings) == ([], {})


def test_a_short_is_bought_back_at_the_opening_beyond_its_stop():
    # Sold at 48.05, so that the stop is at 48.05 + 2.41 = 50.46. Bought back at 54.00: 414 * (48.05 - 54.00) = -2
    # 463.30.
    sold = (48.05, 48.90, 47.60, 48.00)
    session = trade([DECIDED, sold, (54.00, 54.50, 53.00, 53.20)], script={1: do("sell")})
    assert session.fills == [(2, -414, 48.05), (3, 414, 54.00)]
    assert round(session.cash, 2) == 100_000 - 2_463.30


@pytest.mark.parametrize(
    ("opening", "low", "sold", "profit"),
    [
        (45.95, 45.94, 45.94, -997.74),  # a cent above the stop, which is touched later: what was planned
        (45.94, 45.90, 45.94, -997.74),  # at the stop
        (45.93, 45.90, 45.93, -1_001.88),  # a cent below: 414 * (45.93 - 48.35)
    ],
)
def test_the_gap_begins_a_cent_below_the_stop(opening, low, sold, profit):
    session = trade([DECIDED, BOUGHT, (opening, 46.10, low, 46.00)], script={1: do("buy")})
    assert session.fills[1:] == [(3, -414, pytest.approx(sold))]
    assert round(session.cash - 100_000, 2) == profit


def test_commissions_of_both_sides_are_in_the_size_and_in_the_loss():
    # 0.1 % a side: a unit risks 2.41 + 0.0482 (in) + 0.04579 (out at 45.79) = 2.50399, and 1 000 / 2.50399 = 399 units.
    # 399 * (43.10 - 48.35) = -2 094.75; in 399 * 48.35 * 0.001 = 19.29; out 399 * 43.10 * 0.001 = 17.20.
    session = trade(
        [DECIDED, BOUGHT, (43.10, 44.00, 42.80, 43.50)],
        script={1: do("buy")},
        prepare=lambda cerebro: cerebro.broker.setcommission(0.001),
    )
    assert session.fills == [(2, 399, 48.35), (3, -399, 43.10)]
    assert round(session.cash, 2) == round(100_000 - 2_094.75 - 19.29165 - 17.1969, 2)
