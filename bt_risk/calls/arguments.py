"""What a call of the user, or a hook's answer, may hold. Gives: the value, or one error that names it.

A value of the wrong kind, such as a text for a price, is a slip in the code and raises where it is made. A number that
cannot be used, such as NaN from an indicator, is a matter of the bar: it passes here and is denied by the rules.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

import backtrader as bt

from bt_risk.errors import RequestError
from bt_risk.rules.regime import Regime

# By argument: how it is read, and what it must be.
_KINDS: dict[str, tuple[Callable[[Any], Any], str]]


def read(name: str, value: Any, *, shown_as: str = "") -> Any:
    """Return the argument `name` as the desk uses it; None stays None, a line stands for its value now.

    Raises
    ------
    RequestError
        The value is of another kind; `shown_as` is what the message calls it, the name itself by default.
    """
    if value is None:
        return None
    reader, domain = _KINDS[name]
    try:
        return reader(value)
    except TypeError:
        raise RequestError(f"{shown_as or name} must be {domain}; received {value!r}") from None


def _number(value: Any) -> float:
    if isinstance(value, bt.LineRoot):
        # Index 0 of a line that has not begun shows its last value, or none.
        return float(value[0]) if len(value) else math.nan
    is_number = isinstance(value, (Real, Decimal)) and not isinstance(value, bool)
    if not is_number:
        raise TypeError
    try:
        number = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    return value if isinstance(value, int) else number


def _conviction(value: Any) -> str | None:
    if isinstance(value, float) and math.isnan(value):
        return None
    if not isinstance(value, str):
        raise TypeError
    return value


def _regime(value: Any) -> Any:
    if isinstance(value, Mapping):
        _number(value.get("risk_multiplier", 1.0))
        if not isinstance(value.get("trend", ""), str):
            raise TypeError
        return value
    return value if isinstance(value, (Regime, str)) else _number(value)


def _exectype(value: Any) -> Any:
    # Not by membership: True equals 1.
    if isinstance(value, bool) or value not in range(bt.Order.StopTrailLimit + 1):
        raise TypeError
    return value


def _valid(value: Any) -> Any:
    return value if isinstance(value, (dt.date, dt.timedelta)) else _number(value)


def _order(value: Any) -> Any:
    if not isinstance(value, bt.order.OrderBase):
        raise TypeError
    return value


_KINDS = {
    "size": (_number, "a number of units, e.g. 100"),
    "price": (_number, "a price, e.g. 101.5"),
    "plimit": (_number, "a price, e.g. 101.5"),
    "stop": (_number, "a price, e.g. 95.5"),
    "target": (_number, "a price, e.g. 110.5"),
    "trailamount": (_number, "a distance in money, e.g. 2.5"),
    "trailpercent": (_number, "a fraction of the price, e.g. 0.02"),
    "value": (_number, "an amount of money, e.g. 5000"),
    "confidence": (_number, "a fraction in [0, 1], e.g. 0.7"),
    "conviction": (_conviction, "'high', 'medium' or 'low'"),
    "regime": (_regime, "a trend, a multiplier or a mapping of both, e.g. 'bullish' or 1.2"),
    "performance_multiplier": (_number, "a multiplier, e.g. 1.2"),
    "exectype": (_exectype, "one of Backtrader's order types, e.g. Order.Limit"),
    "valid": (_valid, "a date, a time span or a number, e.g. timedelta(days=3)"),
    "oco": (_order, "an order of this strategy"),
}
