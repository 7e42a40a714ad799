"""A call of the user as it was made. Gives: `Call`, to the intake."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, field, replace
from typing import Any

import backtrader as bt

from bt_risk.calls.arguments import read
from bt_risk.calls.validity import fixed_end, last_moment
from bt_risk.errors import RequestError
from bt_risk.positions.trail import NO_TRAIL, Trail

TRAIL_TYPES = (bt.Order.StopTrail, bt.Order.StopTrailLimit)
LIMITED_STOP_TYPES = (bt.Order.StopLimit, bt.Order.StopTrailLimit)
STOP_TYPES = (bt.Order.Stop, bt.Order.StopLimit, *TRAIL_TYPES)
KINDS = {
    None: "market",
    bt.Order.Market: "market",
    bt.Order.Close: "close",
    bt.Order.Limit: "limit",
    bt.Order.Stop: "stop",
    bt.Order.StopLimit: "stop_limit",
    bt.Order.StopTrail: "stop_trail",
    bt.Order.StopTrailLimit: "stop_trail_limit",
}
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

_READ = ("size", "price", "exectype", "stop", "target", "confidence", "conviction", "regime")
_READ_OPTIONS = {"plimit", "valid", "oco"}


@dataclass(slots=True)
class Call:
    """One call of ``buy``, ``sell`` or ``close``; `options` go to the broker with an entry.

    Raises
    ------
    RequestError
        An argument is of the wrong kind.
    """

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
    is_bracket: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _READ:
            setattr(self, name, read(name, getattr(self, name)))
        trail = self.trail
        self.trail = Trail(read("trailamount", trail.amount), read("trailpercent", trail.share))
        for name in _READ_OPTIONS & self.options.keys():
            self.options[name] = read(name, self.options[name])

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
        price = close if self.price is None else self.price
        distance = self.trail.distance(price)
        if self.exectype not in TRAIL_TYPES or distance is None:
            return price
        return price + distance if self.is_buy else price - distance

    def entry_level(self, close: float) -> float:
        """Return `level`; NaN for an entry that could never fill, since its limit behind the stop is no price."""
        limit = self.options.get("plimit") if self.exectype in LIMITED_STOP_TYPES else None
        return self.level(close) if limit is None or 0.0 < limit < math.inf else math.nan

    def last_moment(self) -> float | None:
        """Return the last time at which a resting order counts; None without an end."""
        return last_moment(self.data, self.options.get("valid"))

    def beyond(self, held: float) -> Call:
        """Return the part of this call that opens something, once `held` is closed; its end stays where it is."""
        options = {**self.options, "valid": fixed_end(self.data, self.options.get("valid"))}
        return replace(self, size=self.exit_units(held) - held, options=options)

    def ceiling(self) -> float | None:
        """Return the size without its sign; None when none is given."""
        return None if self.size is None else abs(self.size)

    def exit_units(self, held: float) -> float:
        """Return how much of `held` an exit asks for: all of it, unless it names a size that is a number."""
        if self.size is None or math.isnan(self.size):
            return held
        return abs(self.size)


def data_of(strategy: Any, data: Any) -> Any:
    """Return the data that an argument means: itself, the one of that name, or the first.

    Raises
    ------
    RequestError
        It is none of the strategy's datas.
    """
    if data is None:
        return strategy.datas[0]
    found = data
    if isinstance(data, str):
        with contextlib.suppress(KeyError):
            found = strategy.getdatabyname(data)
    # Not by `in`, which would compare prices.
    if not any(each is found for each in strategy.datas):
        names = ", ".join(each._name or f"data{index}" for index, each in enumerate(strategy.datas))
        raise RequestError(f"data must be a data of the strategy, or its name: {names}; received {data!r}")
    return found


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
        is_bracket=True,
        options=given,
    )
