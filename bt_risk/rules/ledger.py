"""The heat ledger: open risk, reserved risk and locked-in profit, in money. Gives: totals, to heat and checks."""

from __future__ import annotations

from collections.abc import Hashable


class Ledger:
    """Keep three sums apart that a single exposure figure would mix.

    - open risk: what the open positions lose when every stop is hit at its price;
    - reserved risk: the same for entries that are sent but not filled;
    - locked in: the profit that stops beyond break-even secure.

    All in account currency, never negative. Positions are keyed by anything hashable, entries by order number.
    """

    __slots__ = ("_locked_in", "_open", "_reserved")

    def __init__(self) -> None:
        self._open: dict[Hashable, float] = {}
        self._locked_in: dict[Hashable, float] = {}
        self._reserved: dict[int, float] = {}

    def set_position(self, key: Hashable, open_risk: float, locked_in: float) -> None:
        """Enter or replace what one position risks and has secured."""
        self._open[key] = open_risk
        self._locked_in[key] = locked_in

    def drop_position(self, key: Hashable) -> None:
        """Forget a position that is closed."""
        self._open.pop(key, None)
        self._locked_in.pop(key, None)

    def reserve(self, order: int, risk: float) -> None:
        """Set aside the risk of an entry that is on its way, or of its unfilled rest."""
        self._reserved[order] = risk

    def release(self, order: int) -> None:
        """Give back what is reserved for `order`; a second release changes nothing."""
        self._reserved.pop(order, None)

    @property
    def open_risk(self) -> float:
        """Risk of all open positions to their stops."""
        return sum(self._open.values())

    @property
    def reserved_risk(self) -> float:
        """Risk of all entries that are sent and not filled."""
        return sum(self._reserved.values())

    @property
    def locked_in(self) -> float:
        """Profit secured behind stops beyond break-even."""
        return sum(self._locked_in.values())

    def open_risks(self) -> dict[Hashable, float]:
        """Return the open risk of each position, a copy."""
        return dict(self._open)
