"""The distance of a strategy's own trailing stop. Gives: `Trail`, to calls, plans and holdings."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True, slots=True)
class Trail:
    """The distance of a trailing stop: an amount, or a share of the price; None where it is not given."""

    amount: float | None = None
    share: float | None = None

    def distance(self, price: float) -> float | None:
        """Return the distance at `price`; None when nothing trails, NaN where it is not above zero."""
        distance = self.amount or (price * self.share if self.share else None)
        return distance if distance is None or distance > 0.0 else nan


NO_TRAIL = Trail()
