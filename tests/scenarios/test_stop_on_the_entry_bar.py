"""The bar that fills the entry falls to the stop: the loss is taken on that bar, at the decided price.

Decided at 48.20 with a stop of 47.00: 1 000 / 1.20 = 833 units, 833 * 1.20 = 999.60 at risk.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, ROUND, do, trade

DECIDED = (48.00, 48.40, 47.80, 48.20)
FALLS = (48.60, 48.90, 46.80, 47.50)
LATER = (45.00, 45.50, 44.00, 45.20)


def test_the_stop_works_from_the_opening_of_the_entry_bar():
    # 833 * (47.00 - 48.60) = -1 332.80: 999.60 planned, and 833 * (48.20 - 48.60) = -333.20 for the dearer opening.
    session = trade([DECIDED, FALLS, LATER], script={1: do("buy", stop=47.00, target=55.00)})
    assert session.fills == [(2, 833, 48.60), (2, -833, 47.00)]
    assert round(session.cash, 2) == 98_667.20
    assert session.heats == pytest.approx([999.60 / 100_000, 0, 0])
    assert (session.live, session.desk.holdings) == ([], {})


def test_the_profiles_stop_stands_at_the_decided_price_on_that_bar_and_not_yet_behind_the_fill():
    # 2.5 % of 48.20 is 1.205, so the stop is 46.995: 1 000 / 1.205 = 829 units. Behind the fill it would be 47.395,
    # which the low of 47.20 reaches; on the entry bar it does not count yet.
    profile = ROUND.replace(fixed_stop=0.025)
    session = trade([DECIDED, (48.60, 48.90, 47.20, 47.50)], script={1: do("buy")}, profile=profile)
    assert session.fills == [(2, 829, 48.60)]
    assert [(size, round(price, 6)) for size, price in session.live] == [(-829, 47.395)]


def test_a_short_is_its_mirror():
    # The stop of 49.40 is 1.20 away: 833 units, sold at 47.80 and bought back at 49.40: 833 * -1.60 = -1 332.80.
    session = trade([DECIDED, (47.80, 49.60, 47.50, 49.00), LATER], script={1: do("sell", stop=49.40)})
    assert session.fills == [(2, -833, 47.80), (2, 833, 49.40)]
    assert round(session.cash, 2) == 98_667.20


def test_a_limit_entry_has_its_stop_from_the_next_bar_on():
    # A limit of 48.00: 1 000 units. Nobody knows whether the low of 46.80 came before or after the fill, so that
    # the stop sells at the opening of the next bar, 45.00: 1 000 * (45.00 - 48.00) = -3 000.00.
    session = trade([DECIDED, FALLS, LATER], script={1: do("buy", stop=47.00, exectype=LIMIT, price=48.00)})
    assert session.fills == [(2, 1_000, 48.00), (3, -1_000, 45.00)]
    assert round(session.cash, 2) == 97_000.00
    assert session.covers == [(2, 1_000, 1_000)]


def test_without_it_the_same_loss_is_taken_a_bar_later_and_larger():
    # The profile may leave the entry bar bare, as an ordinary bracket does: 833 * (45.00 - 48.60) = -2 998.80.
    profile = ROUND.replace(entry_bar_stop=False)
    session = trade([DECIDED, FALLS, LATER], script={1: do("buy", stop=47.00)}, profile=profile)
    assert session.fills == [(2, 833, 48.60), (3, -833, 45.00)]
    assert round(session.cash, 2) == 97_001.20
