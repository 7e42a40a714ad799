"""What the requests that a run denied or cut would have earned. Requires: a run that is over. Gives: `ShadowBook`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bt_risk.desk import RiskDesk
from bt_risk.errors import StrategyError
from bt_risk.rules.decision import Decision
from bt_risk.rules.shadow.value import values_of
from bt_risk.studies.forgone import ForgoneTrades
from bt_risk.studies.shadow_book import ShadowBook


def shadow_book(source: Any, decisions: Iterable[Decision] | None = None) -> ShadowBook:
    """Follow every request that a run denied or cut as if it had been granted what it asked for.

    Each is filled as the run's broker fills: a market order at the next opening, limits and stops at their price until
    they expire, slippage and commissions as in the run. Stop, target, trail, break-even, ladder and times are those
    of the profile under which it was decided, by the same rules. The strategy's own exits end it as far as they are
    recorded: a ``close`` on the instrument, or a market order the other way. A strategy that asks whether it has a
    position before it closes shows none: such a trade goes on to its stop, or is ``"open"`` at the last price.

    Left out are what the account did to positions (reductions for heat, emergencies, drawdown exits, margin),
    interest, and stops and targets that the strategy sends later. Orders fill whole, whatever the volume. Entries
    of other types than market, limit and stop are not followed. What all rules that denied or cut a request have
    forgone is booked to the one that bound; `ShadowRecord.breached` names the others.

    Parameters
    ----------
    source
        A strategy whose run is over, or its desk.
    decisions
        Those of the run, where its memory was bounded: ``read_decisions(path)``. By default the desk's own.

    Raises
    ------
    StrategyError
        `source` has no risk desk.
    EngineError
        The run did not keep its bars (``exactbars``).
    """
    desk = getattr(source, "bt_risk", source)
    if not isinstance(desk, RiskDesk):
        raise StrategyError(
            "a shadow book needs a strategy with a risk desk: derive it from RiskStrategy, or wrap it with guard(); "
            f"received {type(source).__name__}"
        )
    forgotten = desk.decisions.forgotten if decisions is None else 0
    found = list(desk.decisions if decisions is None else decisions)
    records = ForgoneTrades(desk, found).records()
    return ShadowBook(tuple(records), values_of(found, records), forgotten)
