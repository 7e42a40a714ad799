"""Two entries in one bar: the second is decided with the risk of the first already set aside.

100 000 of equity, 5 % a trade, a target band up to 8 %, a limit of 10 %. Every price is 100 and the stop is half of it:
50 a unit.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, ROUND, calm, cancel, do, each, trade

PROFILE = ROUND.replace(risk_per_trade=0.05, fixed_stop=0.5, max_positions=None)


def test_the_second_gets_what_the_first_has_left_and_the_third_nothing():
    # 5 000 / 50 = 100 units; up to the band's 8 000 there are 3 000 / 50 = 60; then nothing.
    entries = each(*(do("buy", data=number) for number in range(3)))
    session = trade(calm(3), calm(3), calm(3), script={1: entries}, profile=PROFILE)
    first, second, third = session.decisions
    assert [decision.given for decision in session.decisions] == [100, 60, 0]
    assert [decision.book.reserved_risk for decision in session.decisions] == [0, 5_000, 8_000]
    assert (first.heat_before, first.heat_after) == (0, 0.05)
    assert (second.heat_before, second.heat_after) == (0.05, 0.08)
    assert (third.outcome, third.heat_after) == ("denied", 0.08)
    assert session.fills == [(2, 100, 100), (2, 60, 100)]
    assert session.heats == [0.08] * 3


def test_only_an_explicit_size_goes_beyond_the_band_and_ends_at_the_limit():
    # 5 000, then the 2 500 asked for, then of the 5 000 asked for the 2 500 that are left: 50 units.
    entries = each(do("buy", data=0), do("buy", data=1, size=50), do("buy", data=2, size=100))
    session = trade(calm(3), calm(3), calm(3), script={1: entries}, profile=PROFILE)
    assert [decision.given for decision in session.decisions] == [100, 50, 50]
    assert [decision.heat_after for decision in session.decisions] == [0.05, 0.075, 0.1]


def test_what_is_withdrawn_in_the_same_bar_is_free_again():
    # Without the first the second has the whole 5 %.
    entries = each(do("buy", data=0, name="first"), cancel("first"), do("buy", data=1))
    session = trade(calm(3), calm(3), script={1: entries}, profile=PROFILE)
    assert [decision.given for decision in session.decisions] == [100, 100]
    assert session.decisions[1].heat_before == 0
    assert session.fills == [(2, 100, 100)]
    assert session.heats == [0.05] * 3


def test_both_stopped_lose_what_was_set_aside_and_no_more():
    # (100 + 60) * (50 - 100) = -8 000.00
    crash = [*calm(2), (100, 101, 49, 50)]
    entries = each(do("buy", data=0), do("buy", data=1))
    session = trade(crash, crash, script={1: entries}, profile=PROFILE)
    assert session.fills[2:] == [(3, -100, 50), (3, -60, 50)]
    assert session.cash == 92_000.00


def test_a_short_beside_a_long_is_no_hedge():
    # The risks add up, whichever way the positions face: both stops may be hit.
    session = trade(
        [CALM] * 3, [CALM] * 3, script={1: each(do("buy", data=0), do("sell", data=1))}, profile=PROFILE
    )
    assert session.fills == [(2, 100, 100), (2, -60, 100)]
    assert session.heats == pytest.approx([0.08] * 3)
