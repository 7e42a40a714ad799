"""What an accepted entry has decided for the position that it opens. Gives: reservations, the first stop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from bt_risk.positions.legs import Legs
from bt_risk.positions.trail import NO_TRAIL
from bt_risk.rules.exits.anchored_stop import anchored_stop
from bt_risk.rules.profile import RiskProfile

if TYPE_CHECKING:
    from bt_risk.positions.bonds import Bond


class Plan:
    """An entry on its way: its order, the number of its `decision`, stop, target and reservations of the whole of it.

    `price` is the decision's, `stop` a price or None, `distance` the decided distance from entry to stop; `legs` hold
    the targets and all protective orders; `bond` is what the entry goes with, and `own_until` the last time at which
    a stop of the strategy's counts as its own. `risk`, `notional` and `cash` are what the whole entry reserves, in
    account currency.

    An add (`is_add`) joins a position: its `stop` is the tighter of the position's and its own, its `distance` that
    of its own stop, and `joined` are the units that have come of it.
    """

    __slots__ = (
        "bond",
        "cash",
        "data",
        "decision",
        "distance",
        "has_own_stop",
        "is_add",
        "is_long",
        "is_market",
        "joined",
        "legs",
        "notional",
        "order",
        "own_trail",
        "own_until",
        "price",
        "risk",
        "stop",
        "tradeid",
        "units",
    )

    def __init__(
        self,
        data: Any,
        *,
        is_long: bool,
        is_market: bool,
        units: float,
        price: float,
        stop: float | None,
        has_own_stop: bool,
        target: float | None,
        tradeid: int,
        risk: float,
        notional: float,
        cash: float,
        profile: RiskProfile,
        is_add: bool = False,
        stop_alone: float | None = None,
    ) -> None:
        self.data = data
        self.is_long = is_long
        self.is_market = is_market
        self.units = units
        self.price = price
        self.stop = stop
        alone = stop if stop_alone is None else stop_alone
        self.distance = math.nan if alone is None else abs(price - alone)
        self.is_add = is_add
        self.joined = 0.0
        self.has_own_stop = has_own_stop
        self.legs = Legs(target, (multiple for multiple, _ in profile.ladder))
        self.own_trail = NO_TRAIL
        self.own_until: float | None = None
        self.tradeid = tradeid
        self.risk = risk
        self.notional = notional
        self.cash = cash
        self.order: Any = None
        self.decision: int | None = None
        self.bond: Bond | None = None

    def take_own_stop(self, stop: float, risk: float) -> None:
        """Set a stop of the strategy's own, and what the whole entry risks to it."""
        self.stop, self.risk, self.has_own_stop = stop, risk, True
        self.distance = abs(self.price - stop)

    def tighten(self, stop: float, risk: float) -> None:
        """Follow the stop of the position that this adds to; `risk` is what the whole add risks to it."""
        self.stop, self.risk = stop, risk

    @property
    def risk_distance(self) -> float:
        """Distance from the decided price to the stop that the entry was sized to, one R per unit; NaN without."""
        return math.nan if self.stop is None else abs(self.price - self.stop)

    def lay_ladder(self, profile: RiskProfile) -> None:
        """Lay the rungs as decided; the fill moves them along with the stop."""
        self.legs.lay_ladder(
            self.units, self.price, risk=self.risk_distance, is_long=self.is_long, profile=profile
        )

    def shrink(self, units: float, risk: float) -> None:
        """Make the entry one for `units`, which risk `risk`."""
        share = units / self.units
        self.units, self.risk = units, risk
        self.notional, self.cash = self.notional * share, self.cash * share

    def is_losing_side(self, level: float) -> bool:
        """Return whether a stop at `level` would lie where the position loses."""
        return level < self.price if self.is_long else level > self.price

    def share_left(self) -> float:
        """Return the share of the entry that is not filled yet; 0 when its order is gone."""
        if not self.order.alive():
            return 0.0
        return abs(self.order.executed.remsize) / self.units

    def anchored_stop(self, entry: float, profile: RiskProfile) -> float | None:
        """Return the stop from the bar after a fill at `entry` on."""
        return anchored_stop(
            entry,
            self.stop,
            distance=self.distance,
            is_long=self.is_long,
            has_own_stop=self.has_own_stop,
            profile=profile,
        )
