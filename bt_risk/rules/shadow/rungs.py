"""The parts in which a trade that was not made leaves at its targets. Requires: the ladder. Gives: shares."""

from __future__ import annotations

from collections.abc import Iterator

from bt_risk.maths.limits import at_least
from bt_risk.rules.exits.ladder import Leg, ladder_legs
from bt_risk.rules.profile import RiskProfile


class Rungs:
    """The legs of a position, the nearest first, and what has left at each."""

    __slots__ = ("_legs", "_sold")

    def __init__(self) -> None:
        self._legs: tuple[Leg, ...] = ()
        self._sold: dict[float | None, float] = {}

    def lay(
        self,
        units: float,
        entry: float,
        *,
        risk: float,
        target: float | None,
        is_long: bool,
        profile: RiskProfile,
    ) -> None:
        """Lay the legs of `units` bought at `entry`; what has left at a rung stays counted."""
        self._legs = ladder_legs(units, entry, risk=risk, target=target, is_long=is_long, profile=profile)

    def sell(self, leg: Leg, units: float) -> None:
        """Count what leaves at a leg's target."""
        self._sold[leg.multiple] = self._sold.get(leg.multiple, 0.0) + units

    def share_out(self, units: float) -> Iterator[tuple[Leg, float]]:
        """Yield each leg with its share of `units`: rungs claim theirs first, the rest has what they leave."""
        for leg in self._legs:
            left = leg.units - self._sold.get(leg.multiple, 0.0)
            # To the last bit, so that no dust stays behind.
            share = units if leg.multiple is None or at_least(left, units) else left
            if share > 0.0:
                yield leg, share
                units -= share
