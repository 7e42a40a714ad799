"""The exits that a strategy asked for, as its decisions show them. Gives: `Signal`, to the shadow positions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isnan

from bt_risk.maths.limits import equals
from bt_risk.rules.decision import Decision

# The desk's own words for an exit of the strategy's.
OWN_EXITS = ("signal", "min_hold")


@dataclass(frozen=True, slots=True)
class Signal:
    """An exit of the strategy's own: of longs, of shorts, or of both.

    `number` is the decision's, `bar` counts the instrument's bars that were over, `time` is the decision's. It is for
    `units` at most, infinite for all, of a position of `held`; None where there was none.
    """

    number: int
    bar: int
    time: dt.datetime
    closes_long: bool
    closes_short: bool
    units: float = inf
    held: float | None = None

    def closes(self, *, is_long: bool) -> bool:
        """Return whether it is meant for a position on that side."""
        return self.closes_long if is_long else self.closes_short


def signal_of(decision: Decision) -> Signal | None:
    """Return the exit that a decision stands for; None where it is none.

    A ``close`` is one whether or not there was something to close. So is a market order against the position: a
    strategy that goes the other way has left this one. A part of a position that was held is followed as a share of
    it. What rests at a price of its own is no exit until it fills, and nothing here tells when that would have been.
    """
    if decision.kind == "exit" and decision.rule in OWN_EXITS:
        return _exit(decision)
    request = decision.request
    if request is None or request.exectype not in ("market", "close"):
        return None
    units = inf if request.wanted is None or isnan(request.wanted) else request.wanted
    is_long = request.is_long
    return Signal(
        decision.number,
        decision.bar,
        decision.datetime,
        closes_long=not is_long,
        closes_short=is_long,
        units=units,
    )


def _exit(decision: Decision) -> Signal | None:
    held, wanted = abs(decision.held), decision.wanted
    if not held and decision.outcome == "accepted":
        return None  # an entry on its way was made smaller
    return Signal(
        decision.number,
        decision.bar,
        decision.datetime,
        closes_long=decision.side != "buy",
        closes_short=decision.side != "sell",
        units=inf if wanted is None or not held else wanted,
        held=held or None,
    )


def signals_of(decisions: Iterable[Decision], data: str) -> list[Signal]:
    """Return the exits that were asked for on the instrument `data`, in their order.

    What a minimum holding time has put off counts when it was asked for, and not again when it is carried out.
    """
    found: list[Signal] = []
    put_off: float | None = None
    for decision in decisions:
        signal = signal_of(decision) if decision.data == data else None
        if signal is None:
            continue
        wanted = decision.wanted if decision.kind == "exit" else None
        if decision.rule == "min_hold":
            put_off = wanted
        elif wanted is not None and put_off is not None and equals(wanted, put_off):
            put_off = None
            continue
        found.append(signal)
    return found
