"""Play an entry on bars that are all known. Requires: bars, exits asked for. Gives: `ShadowTrade`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from bt_risk.rules.shadow.bar import Bar, Moment
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.signals import Signal
from bt_risk.rules.shadow.trade import ShadowTrade

# A moment of the run, and the bar that the instrument had then.
Step = tuple[Moment, "Bar | None"]


def replay(position: ShadowPosition, steps: Iterable[Step], signals: Iterable[Signal]) -> ShadowTrade:
    """Follow `position` over `steps`, the first of which is the bar that may fill it, until it has left.

    `signals` are the exits asked for since the entry, in their order; each counts from the instrument's next bar on.
    """
    waiting = deque(signal for signal in signals if signal.closes(is_long=position.is_long))
    for moment, bar in steps:
        if bar is not None:
            # What was asked for before the broker's turn, at this bar's opening at the latest.
            while waiting and waiting[0].bar < bar.number:
                _hear(position, waiting.popleft())
            position.meet(bar, moment)
        if position.is_over:
            break
        position.watch(moment)
        while waiting and waiting[0].time <= moment.now:
            _hear(position, waiting.popleft())
    for signal in waiting:
        _hear(position, signal)
    return position.trade()


def _hear(position: ShadowPosition, signal: Signal) -> None:
    position.hear(signal.time, units=signal.units, held=signal.held)
