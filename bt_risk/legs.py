"""The parts of a position, each with a stop and a target of its own. Gives: `Legs`, to plans and holdings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bt_risk.leg import Leg
from bt_risk.maths.limits import at_least
from bt_risk.rules.exits.ladder import ladder_legs
from bt_risk.rules.profile import RiskProfile


class Legs:
    """The parts of a position in the order in which they claim its units.

    First the targets that the strategy set for a number of units, then the rungs of the profile's ladder, the nearest
    first, then `rest`, which has the position's own target. What leaves by another way, a signal or a reduction,
    therefore comes from the rest, then from the farthest rung.
    """

    __slots__ = ("_own", "_rungs", "rest")

    def __init__(self, target: float | None = None, multiples: Iterable[float] = ()) -> None:
        self._own: list[Leg] = []
        self._rungs = {multiple: Leg(units=0.0) for multiple in multiples}
        self.rest = Leg(target)

    def __iter__(self) -> Iterator[Leg]:
        yield from self._own
        yield from self._rungs.values()
        yield self.rest

    @property
    def target(self) -> float | None:
        """Price of the first target; None without one."""
        return next((leg.target for leg in self if leg.target is not None and leg.left), None)

    @property
    def stop_order(self) -> Any:
        """The stop of the rest, or of the first part that has one; None without any."""
        orders = (leg.stop_order for leg in (self.rest, *self))
        return next((order for order in orders if order is not None), None)

    def set_target(self, price: float, units: float | None) -> Leg:
        """Add a target for `units`, or for all that no other target claims; return its leg."""
        if units is None:
            self.rest.target = price
            return self.rest
        leg = Leg(price, units)
        self._own.append(leg)
        return leg

    def drop_target(self, leg: Leg) -> None:
        """Give up a leg's target; its units go back to the rest."""
        if leg is self.rest:
            leg.target = None
        elif leg in self._own:
            self._own.remove(leg)
        else:
            self._rungs = {multiple: rung for multiple, rung in self._rungs.items() if rung is not leg}

    def close(self, leg: Leg) -> None:
        """Put away a leg whose target has sold all. A rung stays: more of its entry may still come in."""
        if leg is self.rest or leg in self._own:
            self.drop_target(leg)

    def lay_ladder(
        self, units: float, entry: float, *, risk: float, is_long: bool, profile: RiskProfile
    ) -> None:
        """Give each rung its share of `units` and its price, `risk` being one R as a distance from `entry`."""
        if not self._rungs:
            return
        target = self.rest.target
        parts = ladder_legs(units, entry, risk=risk, target=target, is_long=is_long, profile=profile)
        found = {part.multiple: part for part in parts}
        for multiple, rung in self._rungs.items():
            part = found.get(multiple)
            rung.units, rung.target = (0.0, None) if part is None else (part.units, part.target)

    def share_out(self, units: float) -> Iterator[tuple[Leg, float]]:
        """Yield the units of each leg when `units` need cover."""
        for leg in self:
            # To the last bit, so that no dust of a unit is left for an order of its own.
            share = units if at_least(leg.left, units) else leg.left
            yield leg, share
            units -= share

    def missed_by_target(self, units: float) -> float:
        """Return how many of `units` should be gone now that the rest has met its target.

        The rungs lie nearer than that target. What the strategy wants to sell at prices of its own stays.
        """
        for leg in self._own:
            leg.count_fills()
        claimed = sum(leg.left for leg in self._own)
        return 0.0 if at_least(claimed, units) else units - claimed
