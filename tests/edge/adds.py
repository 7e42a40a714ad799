"""Positions that are added to, in round numbers. Gives: `add`, to the tests on adds.

With `ADDS` each entry risks 1 000. The first one is 200 units at 100, stopped at 95: R is 5. At 125 the stop alone
would be 118.75, 6.25 away: an add of 160 units.
"""

from __future__ import annotations

from tests.edge.market import CALM, ROUND, do, trade

ADDS = ROUND.replace(name="adds", risk_per_trade=None, risk_money=1_000.0, max_adds=2)
HIGH = (125, 126, 124, 125)
RISEN = [CALM, CALM, HIGH]
TWO = {1: do("buy"), 3: do("buy", name="add")}
OWN_TARGETS = {1: do("buy", target=130), 3: do("buy", target=140)}


def add(*bars, script=TWO, profile=ADDS, **options):
    """Trade the rise to 125 and what follows: the add of bar 3 fills at the opening of the first of `bars`."""
    return trade([*RISEN, *bars], script=script, profile=profile, **options)


def held(session):
    (holding,) = session.desk.holdings.values()
    return holding


def last(session):
    return session.decisions[-1]
