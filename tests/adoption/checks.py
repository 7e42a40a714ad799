"""What adopting the desk must not cost a strategy. Gives: one check each, to the tests."""

from __future__ import annotations

from dataclasses import dataclass

import backtrader as bt

from tests.adoption.play import Case, Run

DEAD = (bt.Order.Completed, bt.Order.Canceled, bt.Order.Expired, bt.Order.Margin, bt.Order.Rejected)
# Fewer entries in a quarter may be chance: the desk's stops and sizes send the strategy other ways.
MANY = 3


@dataclass
class Pair:
    """The same strategy on the same market, as it was and under a desk."""

    case: Case
    plain: Run
    guarded: Run


def missing_calls(pair: Pair) -> dict[str, tuple[int, int]]:
    """Return the callbacks that were reached more or less often, with both counts."""
    plain, guarded = pair.plain.score.calls, pair.guarded.score.calls
    return {name: (plain[name], guarded[name]) for name in plain | guarded if plain[name] != guarded[name]}


def idle_quarters(pair: Pair) -> list[int]:
    """Return the quarters in which only the plain strategy traded, without the first: an ATR has to begin."""
    both = zip(pair.plain.entries_by_quarter, pair.guarded.entries_by_quarter, strict=True)
    return [
        number for number, (plain, guarded) in enumerate(both) if number and plain >= MANY and not guarded
    ]


def deaths_unheard(run: Run) -> list[int]:
    """Return the numbers of orders that the strategy was given and waits for in vain: dead, and it was never told.

    What dies on the last bar of its data is told by nobody, in Backtrader either.
    """
    return [
        ref
        for ref, order in run.score.handed_out.items()
        if not order.alive()
        and (order.executed.dt is None or order.executed.dt < order.data.datetime[0])
        and not any(status in DEAD for status in run.score.heard.get(ref, ()))
    ]


def deaths_told_twice(run: Run) -> list[int]:
    return [ref for ref, told in run.score.heard.items() if sum(status in DEAD for status in told) > 1]


def strangers(run: Run) -> list[int]:
    """Return orders that the strategy heard of and did not ask for; the second half of a reversal is asked for."""
    reversals = {one.order for one in run.strategy.bt_risk.decisions if one.kind == "reversal"}
    return [ref for ref in run.score.heard if ref not in run.score.handed_out and ref not in reversals]


def open_and_closed(run: Run) -> tuple[int, int]:
    """Return how many trades the strategy heard of being opened and closed."""
    return sum(opened for opened, _ in run.score.trades), sum(closed for _, closed in run.score.trades)
