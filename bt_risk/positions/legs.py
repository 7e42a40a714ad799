"""The parts of a position, each with a stop and a target of its own. Gives: `Legs`, to plans and holdings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bt_risk.maths.limits import at_least
from bt_risk.positions.added import Added
from bt_risk.positions.leg import Leg
from bt_risk.rules.exits.ladder import ladder_legs
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.profile import RiskProfile


class Legs:
    """The parts of a position in the order in which they claim its units.

    First the targets that the strategy set for a number of units, then what adds brought, the oldest first, then the
    rungs of the profile's ladder, the nearest first, then `rest`, which has the position's own target. What leaves
    by another way, a signal or a reduction, therefore comes from the rest, then from the farthest rung, then from
    the newest add.
    """

    __slots__ = ("_added", "_own", "_rungs", "rest")

    def __init__(self, target: float | None = None, multiples: Iterable[float] = ()) -> None:
        self._own: list[Leg] = []
        self._added: list[Added] = []
        self._rungs = {multiple: Leg(units=0.0, reason=ExitReason.LADDER) for multiple in multiples}
        self.rest = Leg(target)

    def __iter__(self) -> Iterator[Leg]:
        yield from self._own
        for added in self._added:
            yield from added.legs
        yield from self._rungs.values()
        yield self.rest

    @property
    def target(self) -> float | None:
        """Price of the first target, those of adds last; None without one."""
        added = (leg for each in self._added if each.left for leg in each.legs)
        parts = (*self._own, *self._rungs.values(), self.rest, *added)
        return next((leg.target for leg in parts if leg.target is not None and leg.left), None)

    @property
    def stop_order(self) -> Any:
        """The stop of the rest, or of the last part that has one; None without any."""
        orders = (leg.stop_order for leg in reversed(list(self)))
        return next((order for order in orders if order is not None), None)

    def leg_of(self, order: Any) -> Leg | None:
        """Return the part that an order belongs to; None for an order of no part."""
        return next((leg for leg in self if order in (leg.stop_order, leg.target_order)), None)

    def count_fills(self) -> float:
        """Take in what the targets have sold by now; return what of it is new and left at a rung."""
        for leg in (*self._own, self.rest):
            leg.count_fills()
        by_adds = sum(added.legs.count_fills() for added in self._added)
        return by_adds + sum(rung.count_fills() for rung in self._rungs.values())

    def set_target(self, price: float, units: float | None) -> Leg:
        """Add a target for `units`, or for all that no other target of the strategy's claims; return its leg."""
        if units is None:
            self.rest.target = price
            for added in self._added:
                added.keep(0.0)
            return self.rest
        leg = Leg(price, units)
        self._own.append(leg)
        return leg

    def drop_target(self, leg: Leg) -> None:
        """Give up a leg's target; its units go back to the rest."""
        added = self._added_with(leg)
        if leg is self.rest:
            leg.target = leg.until = None
            leg.is_users_target = False
        elif leg in self._own:
            self._own.remove(leg)
        elif added is not None:
            added.legs.drop_target(leg)
        else:
            self._rungs = {multiple: rung for multiple, rung in self._rungs.items() if rung is not leg}

    def name_users(self, order: Any) -> None:
        """Remember that an order stands for one of the user's."""
        for leg in self:
            if order is not None and order is leg.stop_order:
                leg.is_users_stop = True
            elif order is not None and order is leg.target_order:
                leg.is_users_target = True

    def close(self, leg: Leg) -> None:
        """Put away a leg whose target has sold all. A rung stays: more of its entry may still come in."""
        added = self._added_with(leg)
        if added is not None:
            added.legs.close(leg)
        elif leg is self.rest or leg in self._own:
            self.drop_target(leg)

    def _added_with(self, leg: Leg) -> Added | None:
        return next((added for added in self._added if leg in added.legs), None)

    def add(self, legs: Legs, units: float, *, held: float, anchor: float, risk: float) -> Added:
        """Take in `units` of an add with its `legs`, more of it under the same; `held` are those held before.

        What an earlier add has lost to a scale-out meanwhile, it must not take from this one.
        """
        self.count_fills()
        self._keep(held)
        added = self.added(legs)
        if added is None:
            added = Added(legs, anchor, risk)
            self._added.append(added)
        added.grow(units)
        return added

    def added(self, legs: Legs) -> Added | None:
        """Return the share of the add that came with `legs`; None where it did not join."""
        return next((added for added in self._added if added.legs is legs), None)

    def has(self, legs: Legs) -> bool:
        """Return whether these are those legs, or those of an add that joined."""
        return legs is self or self.added(legs) is not None

    def _keep(self, held: float) -> None:
        """Cut what adds claim to what is there of them when `held` units are."""
        left = held - sum(leg.left for leg in self._own)
        for added in self._added:
            share = max(0.0, min(added.left, left))
            added.keep(share)
            left -= share

    def drop_targets_of_entries(self) -> None:
        """Give up the targets that came with the entries; what the strategy set for a number of units stays."""
        self.rest.target = None
        for added in self._added:
            added.legs.rest.target = None

    def lay_ladder(
        self, units: float, entry: float, *, risk: float, is_long: bool, profile: RiskProfile
    ) -> None:
        """Give each rung its share of `units` and its price, `risk` being one R as a distance from `entry`."""
        for added in self._added:
            added.legs.lay_ladder(
                added.bought, added.anchor, risk=added.risk, is_long=is_long, profile=profile
            )
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
        for leg in self._own:
            share = _claim(leg, units)
            yield leg, share
            units -= share
        for added in self._added:
            share = _claim(added, units)
            yield from added.legs.share_out(share)
            units -= share
        for leg in (*self._rungs.values(), self.rest):
            share = _claim(leg, units)
            yield leg, share
            units -= share

    def missed_by_target(self, units: float) -> float:
        """Return how many of `units` should be gone now that the rest has met its target.

        The rungs lie nearer than that target. What the strategy wants to sell at prices of its own stays, and so do
        adds, which have targets of their own.
        """
        self.count_fills()
        claimed = sum(leg.left for leg in self._own) + sum(added.left for added in self._added)
        return 0.0 if at_least(claimed, units) else units - claimed


def _claim(part: Leg | Added, units: float) -> float:
    """Return what a part takes of `units`: to the last bit, so that no dust is left for an order of its own."""
    return units if at_least(part.left, units) else part.left
