"""Tell whether the broker has had its turn on this bar. Requires: the simulated broker. Gives: `Witness`."""

from __future__ import annotations

from typing import Any

import backtrader as bt


class Witness:
    """Stand in the queue of orders that the simulated broker wakes first of all in each of its turns.

    Between the delivery of a bar and the strategy's part of it the user's timers may run before or after the broker:
    only what may be known of the bar differs, and nothing in Backtrader tells the two apart. Other brokers trade on
    their own time; there the turn counts as over.
    """

    __slots__ = ("_broker", "_is_simulated", "has_seen")

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self._is_simulated = isinstance(broker, bt.brokers.BackBroker)
        self.has_seen = True
        self.wait()

    def wait(self) -> None:
        """Queue up for the broker's next turn."""
        if self._is_simulated and self.has_seen:
            self.has_seen = False
            self._broker._toactivate.append(self)

    def activate(self) -> None:
        """Take note: the broker has begun its turn."""
        self.has_seen = True
