"""The moments before and after the broker tries its orders on a bar. Gives: `around_each_turn`, to the auditor."""

from __future__ import annotations

from collections.abc import Callable

import backtrader as bt


def around_each_turn(broker: bt.BrokerBase, before: Callable[[], None], after: Callable[[], None]) -> None:
    """Have both called at each of the broker's turns.

    Only before it is to be seen what callbacks before the broker (``next_open``, cheating timers) have sent: by the end
    of the bar it may be filled, moved and gone.
    """
    turn = broker.next

    def next_turn() -> None:
        before()
        turn()
        after()

    broker.next = next_turn
