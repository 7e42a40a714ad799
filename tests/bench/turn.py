"""The moment before the broker tries its orders on a bar. Gives: `before_each_turn`, to the auditor."""

from __future__ import annotations

from collections.abc import Callable

import backtrader as bt


def before_each_turn(broker: bt.BrokerBase, look: Callable[[], None]) -> None:
    """Have `look` called before each of the broker's turns.

    Only there is to be seen what callbacks before the broker (``next_open``, cheating timers) have sent: by the end
    of the bar it may be filled, moved and gone.
    """
    turn = broker.next

    def next_turn() -> None:
        look()
        turn()

    broker.next = next_turn
