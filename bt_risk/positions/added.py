"""What an add brought into a position: legs of its own, for no more units than it has. Gives: `Added`, to the legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bt_risk.maths.limits import at_least

if TYPE_CHECKING:
    from bt_risk.positions.legs import Legs


class Added:
    """The share of an add: the `legs` that were sent with it, and the `units` that they claim from first to last.

    Its rungs count R from `anchor`, the price of its fill; `risk` is one R of it.
    """

    __slots__ = ("anchor", "bought", "legs", "risk", "units")

    def __init__(self, legs: Legs, anchor: float, risk: float) -> None:
        self.legs = legs
        self.anchor = anchor
        self.risk = risk
        self.units = self.bought = 0.0

    def grow(self, units: float) -> None:
        """Take in what has come of it."""
        self.units += units
        self.bought += units

    @property
    def sold(self) -> float:
        """Units that its targets have closed."""
        return sum(leg.sold for leg in self.legs)

    @property
    def left(self) -> float:
        """Units that it still claims."""
        sold = self.sold
        return 0.0 if at_least(sold, self.units) else self.units - sold

    def keep(self, units: float) -> None:
        """Claim no more than `units` from now on: the others have left by another way."""
        self.units = self.sold + units
