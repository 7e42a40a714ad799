"""The broker refuses an entry for want of cash in the batch that holds another position's stop: the stop survives.

Backtrader takes one bar's orders from one purse: an entry that it cannot pay leaves the purse empty, and a stop sent
behind that entry would be refused with it.

d0: 200 units at 100 with the stop at 95, 1 000 at risk. That leaves 80 000 of cash. d1: 800 units at 100 with the stop
at 99, 800 at risk; it opens at 126, and 800 * 126 = 100 800 is more than there is, even if d0 were sold before.
"""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, STOP, calm, do, each, trade

DEARER = [*calm(3), (126, 127, 99.50, 100), CALM]


@pytest.mark.parametrize("in_place", [True, False])
def test_an_own_stop_sent_behind_the_entry_is_hit_on_the_bar_of_the_refusal(in_place):
    # The own stop of 97 is renewed in the same call of next as the entry, and behind it: 200 * (97 - 100) = -600.00.
    both = each(do("buy", data=1, stop=99, name="refused"), do("sell", data=0, exectype=STOP, price=97))
    session = trade(
        [*calm(3), (100, 101, 94, 95), CALM],
        DEARER,
        script={1: do("buy", data=0), 3: both},
        in_place=in_place,
    )
    assert session.fills == [(2, 200, 100), (4, -200, 97)]
    assert session.cash == 99_400.00
    assert session.heard_of("refused") == ["Accepted", "Margin"]
    assert session.event_kinds() == ["margin", "stop_hit"]
    # 800 reserved beside 200 * 3 = 600 open, and both gone a bar later
    assert session.heats == pytest.approx([0.01, 0.01, 0.014, 0, 0])
    assert (session.live, session.desk.plans, session.desk.holdings) == ([], {}, {})


def test_the_stop_of_an_entry_of_the_same_batch_is_hit_too():
    # Both entries are sent on bar 1, each with its stop, d1 first. Refused before d0's turn comes, it leaves d0 alone:
    # bought at 100 and stopped on the same bar, 200 * (95 - 100) = -1 000.00.
    session = trade(
        [CALM, (100, 101, 94, 95), CALM],
        [CALM, (126, 127, 99.50, 100), CALM],
        script={1: each(do("buy", data=1, size=800, stop=99), do("buy", data=0))},
    )
    assert [decision.given for decision in session.decisions] == [800, 200]
    assert session.fills == [(2, 200, 100), (2, -200, 95)]
    assert session.cash == 99_000.00
    assert session.live == []


def test_a_stop_that_is_not_hit_is_still_there():
    session = trade(calm(6), [*DEARER, CALM], script={1: do("buy", data=0), 3: do("buy", data=1, stop=99)})
    assert session.fills == [(2, 200, 100)]
    assert session.live == [(-200, 95)]
    assert session.heats[-1] == pytest.approx(0.01)
    assert session.cash == 80_000.00


def test_an_exit_sent_behind_the_refused_entry_goes_through():
    # 200 * (98 - 100) = -400.00
    both = each(do("buy", data=1, stop=99), do("close", data=0))
    session = trade([*calm(3), (98, 99, 97, 98), CALM], DEARER, script={1: do("buy", data=0), 3: both})
    assert session.fills == [(2, 200, 100), (4, -200, 98)]
    assert session.cash == 99_600.00
