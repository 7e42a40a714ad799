"""Instruments in another currency than the account's: ``data.fx``. Gives: rates, and schemes in account currency.

``data.fx`` is the account's currency per unit of the data's: a number, or a data of the run whose last close is that
rate; an account in JPY takes USDJPY for what is quoted in USD. Where the market quotes the pair the other way round,
feed its inverse. Without it an instrument is in the account's currency.

It is for brokers whose account really is in another currency than the instrument, and whose commission schemes count
in the instrument's. Backtrader's simulated broker converts nothing: it books profit, price and fees of every
instrument one to one into its cash, so that sizes by ``fx`` would be right and its account wrong. There the place to
convert is the commission scheme (`profitandloss`, `cashadjust`, `getvaluesize`, `getvalue`, `getoperationcost`,
`get_margin`, `getsize` and the commission), from which the broker and the desk both read: leave ``fx`` at 1.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import backtrader as bt

from bt_risk.errors import EngineError, StrategyWarning
from bt_risk.market.instruments import name_instruments


class Rate:
    """What one unit of a currency is worth in the account's: fixed, or the close of a data as last seen.

    `last` is the last usable rate, NaN before the first; `is_known` tells whether the newest close is one.
    """

    __slots__ = ("_close", "is_known", "last")

    def __init__(self, source: Any) -> None:
        is_fixed = isinstance(source, float)
        self._close = None if is_fixed else source.lines.close
        self.last = source if is_fixed else math.nan
        self.is_known = is_fixed

    @property
    def is_fixed(self) -> bool:
        """Return whether it never changes."""
        return self._close is None

    def see(self) -> None:
        """Take in the newest close."""
        close = self._close
        if close is not None and close.lencount:  # before that, index 0 would show the last bar of the file
            rate = close[0]
            self.is_known = 0.0 < rate < math.inf
            if self.is_known:
                self.last = rate


class ConvertedScheme:
    """A commission scheme whose money is turned into account currency."""

    __slots__ = ("_rate", "_scheme", "stocklike")

    def __init__(self, scheme: Any, rate: Rate) -> None:
        self._scheme = scheme
        self._rate = rate
        self.stocklike = scheme.stocklike

    def profitandloss(self, size: float, price: float, newprice: float) -> float:
        """Return the profit of `size` units from `price` to `newprice`."""
        return float(self._scheme.profitandloss(size, price, newprice) * self._rate.last)

    def getcommission(self, size: float, price: float) -> float:
        """Return the commission of one order."""
        return float(self._scheme.getcommission(size, price) * self._rate.last)

    def getoperationcost(self, size: float, price: float) -> float:
        """Return the cash that opening `size` units takes."""
        return float(self._scheme.getoperationcost(size, price) * self._rate.last)

    def get_leverage(self) -> float:
        """Return the leverage, which has no currency."""
        return float(self._scheme.get_leverage())


def read_rates(datas: Sequence[Any], broker: Any) -> dict[Any, Rate]:
    """Return the rate of each data that has one other than 1.

    Raises
    ------
    EngineError
        An ``fx`` is neither a finite positive number nor a data of the run.
    """
    rates = {}
    for data in datas:
        given = _given(data)
        rate = None if given is None else Rate(_source(given, data, datas))
        if rate is not None and rate.last != 1.0:
            rates[data] = rate
    if rates and type(broker) is bt.brokers.BackBroker:
        warnings.warn(
            "fx: the simulated broker books every instrument one to one into its cash; let a commission scheme "
            "convert there, and leave fx at 1",
            StrategyWarning,
            stacklevel=2,
        )
    return rates


def _given(data: Any) -> Any:
    """Return the ``fx`` of a data: its attribute, its parameter, or that of the data it was resampled from."""
    # A line of that name is not meant: only the search that Backtrader adds would find it.
    if vars(data).get("fx", getattr(type(data), "fx", None)) is not None:
        return data.fx
    given = getattr(data.p, "fx", None)
    origin = data.p.dataname
    return _given(origin) if given is None and isinstance(origin, bt.feed.AbstractDataBase) else given


def _source(given: Any, owner: Any, datas: Sequence[Any]) -> Any:
    is_number = isinstance(given, (Real, Decimal)) and not isinstance(given, bool)
    if is_number and 0.0 < float(given) < math.inf:
        return float(given)
    # Not by `in`, which would compare prices.
    if any(given is data for data in datas):
        return given
    names = dict(zip(datas, name_instruments(list(datas)), strict=True))
    raise EngineError(
        f"{names[owner]}: fx must be a positive number, e.g. 0.0067, or a data of the run whose close is the rate; "
        f"received {given!r}"
    )
