"""Which requests would have met the position of an earlier one. Requires: trades forgone. Gives: its number."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from bt_risk.rules.decision import Decision
from bt_risk.rules.shadow.signals import Signal
from bt_risk.rules.shadow.trade import ShadowTrade


class Chain:
    """The trades forgone on one instrument, one after the other.

    A strategy that is denied often asks again on the next bar, and would not have with a position. Such a request,
    and one that would have closed the position instead of opening another, is no trade of its own.
    """

    def __init__(self, signals: Iterable[Signal]) -> None:
        self._signals = tuple(
            signal for signal in signals if signal.units == inf or signal.units == signal.held
        )
        self._number = 0
        self._trade: ShadowTrade | None = None

    def find(self, decision: Decision) -> int | None:
        """Return the number of the request whose trade is still on at `decision`; None without one."""
        trade = self._trade
        if trade is None or (trade.over_at is not None and trade.over_at <= decision.bar):
            return None
        is_left = any(
            self._number < signal.number < decision.number and signal.closes(is_long=trade.is_long)
            for signal in self._signals
        )
        return None if is_left else self._number

    def add(self, decision: Decision, trade: ShadowTrade) -> None:
        """Go on with the trade that `decision` has forgone."""
        self._number, self._trade = decision.number, trade
