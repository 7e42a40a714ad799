"""What an operator does in the middle of a run: limits, protocols, the breaker, the reset.

10 and 30 units at 100, stopped at 90, risk 100 and 300 of 100 000.
"""

from __future__ import annotations

from tests.drill.cases import needs
from tests.edge.market import WIDE, calm, do, each, trade

TWO = each(do("buy", data=0, size=10, stop=90), do("buy", data=1, size=30, stop=90))
LATER = do("buy", data=2, size=10, stop=90)


def control(method, *args, **options):
    """Return a script entry that calls one of the desk's controls."""
    return lambda strategy: getattr(strategy.bt_risk, method)(*args, **options)


def sells(order, *sold, then="own_size"):
    """Assert what leaves after an operator's order on bar 3, and what decides the next entry; return the run."""
    session = trade(calm(6), calm(6), calm(6), script={1: TWO, 3: order, 4: LATER}, profile=WIDE)
    left = [fill[1:] for fill in session.fills[2:] if fill[1] < 0]
    assert left == [(-units, 100) for units in sold]
    assert session.decisions[-1].rule == then
    return session


@needs("operator set_limits")
def set_limits():
    limits = {"max_heat": 0.003, "target_heat": (0.001, 0.003), "risk_per_trade": 0.001}
    return sells(control("set_limits", **limits), 30, then="risk_per_trade")


@needs("operator close_all")
def close_all():
    return sells(control("emergency"), 10, 30, then="emergency_stop")


@needs("operator close_positions")
def close_positions():
    return sells(control("emergency", "close_positions", ["d1"]), 30)


@needs("operator reduce_positions")
def reduce_positions():
    return sells(control("emergency", "reduce_positions"), 5, 15)


@needs("operator redistribute_positions")
def redistribute_positions():
    return sells(control("emergency", "redistribute_positions"), 10)  # mean risk 200: a third of 30 goes


@needs("operator trip")
def trip():
    session = trade(calm(4), script={2: each(control("trip", "news"), do("buy"))})
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule) == ("denied", "breaker")
    return session


@needs("operator reset")
def reset():
    session = trade(calm(4), script={2: each(control("trip", "news"), control("reset"), do("buy"))})
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule) == ("accepted", "risk_per_trade")
    return session
