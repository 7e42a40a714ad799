"""A record of closed trades that is too poor denies entries, follows them, and lets them pass again.

A trade stopped out loses 100 * 5 = 500, a win at 110 gains 1 000. Of one loss and one win the mean result is 250, half
of the mean loss.
"""

from __future__ import annotations

import pytest

from bt_risk.rules.request import TradeHistory
from tests.edge.market import CALM, ROUND, do, trade

FALL = (100, 101, 94, 96)  # in and out on the bar of the entry
RISE = (100, 111, 99, 100)
BUY, WIN = do("buy", size=100), do("buy", size=100, target=110)
LEAST = ROUND.replace(min_expectancy=0.5, min_expectancy_trades=1)


def played(*bars, script, **changes):
    return trade([CALM, CALM, FALL, *bars, CALM, CALM], script=script, profile=LEAST.replace(**changes))


def judged(session):
    return [(decision.outcome, decision.rule) for decision in session.decisions]


def test_a_loss_denies_and_the_denied_one_that_wins_lets_pass():
    session = played(CALM, CALM, RISE, CALM, script={2: BUY, 4: WIN, 7: BUY})
    assert judged(session) == [
        ("accepted", "own_size"),
        ("denied", "min_expectancy"),
        ("accepted", "own_size"),
    ]
    history = session.decisions[-1].book.history
    assert history == TradeHistory(2, 0.5, 2.0, shadows=1, expectancy=0.5)
    assert "1 closed trades earned -1 of their mean loss each, the least is 0.5" in session.decisions[1].text


@pytest.mark.parametrize(("least", "outcome"), [(0.5, "accepted"), (0.51, "denied")])
def test_it_passes_at_its_value(least, outcome):
    session = played(CALM, CALM, RISE, CALM, script={2: BUY, 4: WIN, 7: BUY}, min_expectancy=least)
    assert session.decisions[-1].outcome == outcome


def test_it_says_nothing_before_enough_trades_are_closed():
    session = played(CALM, CALM, script={2: BUY, 4: BUY}, min_expectancy_trades=2)
    assert [decision.outcome for decision in session.decisions] == ["accepted", "accepted"]


def test_it_says_nothing_while_no_trade_has_lost():
    bars = [CALM, CALM, RISE, CALM, CALM]
    session = trade(bars, script={1: WIN, 4: BUY}, profile=LEAST)
    assert session.decisions[-1].outcome == "accepted"
    assert session.decisions[-1].book.history.trades == 1


def test_what_another_rule_denies_too_is_not_followed():
    session = played(CALM, CALM, RISE, script={2: BUY, 4: do("buy", size=0.5, target=110)})
    assert session.decisions[-1].outcome == "denied"
    assert not session.desk.shadows.followed
    assert session.desk.tally.shadow.trades == 0


def test_where_it_is_off_nothing_is_followed():
    session = played(CALM, CALM, RISE, script={2: BUY, 4: WIN}, min_expectancy=None)
    assert session.desk.tally.shadow.trades == 0
    assert session.decisions[-1].outcome == "accepted"
