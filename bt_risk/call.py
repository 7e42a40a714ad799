"""A call of the user as it was made. Gives: `Call`, to the intake."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import backtrader as bt

from bt_risk.trail import NO_TRAIL, Trail

TRAIL_TYPES = (bt.Order.StopTrail, bt.Order.StopTrailLimit)
STOP_TYPES = (bt.Order.Stop, bt.Order.StopLimit, *TRAIL_TYPES)
# Backtrader's own order of a bracket's arguments after data, size and price.
BRACKET_ARGUMENTS = (
    "plimit",
    "exectype",
    "valid",
    "tradeid",
    "trailamount",
    "trailpercent",
    "oargs",
    "stopprice",
    "stopexec",
    "stopargs",
    "limitprice",
    "limitexec",
    "limitargs",
)


@dataclass(slots=True)
class Call:
    """One call of ``buy``, ``sell`` or ``close``; `options` go to the broker with an entry."""

    data: Any
    is_buy: bool
    size: float | None = None
    price: float | None = None
    exectype: Any = None
    stop: float | None = None
    target: float | None = None
    trail: Trail = NO_TRAIL
    confidence: float | None = None
    conviction: str | None = None
    regime: Any = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_stop(self) -> bool:
        """Return whether this is a resting stop of any kind."""
        return self.exectype in STOP_TYPES

    @property
    def is_limit(self) -> bool:
        """Return whether this is a resting limit."""
        return bool(self.exectype == bt.Order.Limit)

    @property
    def is_resting(self) -> bool:
        """Return whether this waits for a price."""
        return self.is_stop or self.is_limit

    def level(self, close: float) -> float:
        """Return the price at which a resting order acts: a trail's distance from its price, or its price."""
        price = self.price or close
        distance = self.trail.distance(price)
        if self.exectype not in TRAIL_TYPES or distance is None:
            return price
        return price + distance if self.is_buy else price - distance

    def ceiling(self) -> float | None:
        """Return the size without its sign; None when none is given."""
        return None if self.size is None else abs(self.size)

    def exit_units(self, held: float) -> float:
        """Return how much of `held` an exit asks for: all of it, unless it names a size that is a number."""
        if self.size is None or math.isnan(self.size):
            return held
        return abs(self.size)


def data_of(strategy: Any, data: Any) -> Any:
    """Return the data that an argument means: itself, the one of that name, or the first."""
    if isinstance(data, str):
        return strategy.getdatabyname(data)
    return strategy.datas[0] if data is None else data


def bracket_call(
    strategy: Any,
    data: Any,
    is_buy: bool,
    size: Any,
    price: Any,
    rest: tuple[Any, ...],
    options: dict[str, Any],
) -> Call:
    """Return a bracket as one call with a stop and a target; `rest` are arguments given by position."""
    given = {**dict(zip(BRACKET_ARGUMENTS, rest, strict=False)), **options}
    stop = given.pop("stopprice", None) if given.pop("stopexec", bt.Order.Stop) is not None else None
    target = given.pop("limitprice", None) if given.pop("limitexec", bt.Order.Limit) is not None else None
    given = {**given, **given.pop("oargs", {})}
    for name in ("stopprice", "limitprice", "stopargs", "limitargs", "parent", "transmit"):
        given.pop(name, None)
    return Call(
        data_of(strategy, data),
        is_buy,
        given.pop("size", size),
        given.pop("price", price),
        given.pop("exectype", bt.Order.Limit),
        given.pop("stop", stop),
        given.pop("target", target),
        Trail(given.pop("trailamount", None), given.pop("trailpercent", None)),
        given.pop("confidence", None),
        given.pop("conviction", None),
        given.pop("regime", None),
        given,
    )
