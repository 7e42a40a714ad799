"""An entry is filled beyond its own stop: the trade is over before it began, and is left at once.

Decided at 48.20 with the strategy's own stop of 47.00: 1 000 / 1.20 = 833 units, 833 * 1.20 = 999.60 at risk.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, do, trade

DECIDED = (48.00, 48.40, 47.80, 48.20)


def test_a_market_entry_is_sold_at_the_opening_that_bought_it():
    # Opened at 46.50, below the stop: 833 * (46.50 - 46.50) = 0, though the bar closes at 44.00.
    session = trade(
        [DECIDED, (46.50, 46.80, 43.50, 44.00), (44.00, 44.50, 43.00, 43.20)],
        script={1: do("buy", stop=47.00, target=52.00)},
    )
    assert session.fills == [(2, 833, 46.50), (2, -833, 46.50)]
    assert session.cash == 100_000.00
    assert session.heats == pytest.approx([999.60 / 100_000, 0, 0])
    assert (session.live, session.desk.holdings, session.desk.plans) == ([], {}, {})


def test_a_short_is_its_mirror():
    # 833 units again, with the stop at 49.40; opened at 50.00.
    session = trade(
        [DECIDED, (50.00, 53.00, 49.80, 52.50), (52.00, 53.00, 51.00, 52.00)],
        script={1: do("sell", stop=49.40)},
    )
    assert session.fills == [(2, -833, 50.00), (2, 833, 50.00)]
    assert session.cash == 100_000.00


def test_a_limit_entry_is_left_at_the_next_opening():
    # A limit of 48.00 with the stop of 47.00: 1 000 units. Where in its bar a limit fills is not known, so the exit
    # waits for the next opening: 1 000 * (46.10 - 46.50) = -400.00.
    session = trade(
        [DECIDED, (46.50, 46.80, 46.00, 46.20), (46.10, 46.40, 45.00, 45.10)],
        script={1: do("buy", stop=47.00, exectype=LIMIT, price=48.00)},
    )
    assert session.fills == [(2, 1_000, 46.50), (3, -1_000, 46.10)]
    assert round(session.cash, 2) == 99_600.00
    entry, leave = session.decisions
    assert (entry.given, entry.stop) == (1_000, 47.00)
    assert (leave.rule, leave.text) == ("fill_beyond_stop", "filled beyond the decided stop")


def test_commissions_are_all_that_is_lost():
    # 0.1 % a side: a unit risks 1.20 + 0.0482 + 0.0470 = 1.2952, and 1 000 / 1.2952 = 772 units.
    # 2 * 772 * 46.50 * 0.001 = 71.80.
    session = trade(
        [DECIDED, (46.50, 46.80, 43.50, 44.00)],
        script={1: do("buy", stop=47.00)},
        prepare=lambda cerebro: cerebro.broker.setcommission(0.001),
    )
    assert session.fills == [(2, 772, 46.50), (2, -772, 46.50)]
    assert round(session.cash, 2) == 100_000 - 71.80
