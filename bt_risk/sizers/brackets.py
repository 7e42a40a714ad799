"""Brackets whose entry a sizer may refuse. Requires: a sizer. Gives: callables in place of a strategy's own."""

from __future__ import annotations

import inspect
from typing import Any

import backtrader as bt

from bt_risk.broker.orders import inert_order
from bt_risk.calls.arguments import read

_SIGNATURE = inspect.signature(bt.Strategy.buy_bracket)


class SizedBracket:
    """Stand in for ``buy_bracket`` or ``sell_bracket`` of one plain strategy.

    Backtrader's own reads the size of the entry it has just sent and fails with an AttributeError where a sizer
    refused it. Here the sizer is asked first, and told the bracket's price and stop, which it could not see otherwise;
    a refused bracket is three rejected orders that never reached the broker, so that code which collects their numbers
    or asks ``alive()`` works.
    """

    def __init__(self, strategy: Any, sizer: Any, *, is_buy: bool) -> None:
        self._strategy = strategy
        self._sizer = sizer
        self._is_buy = is_buy

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Send the bracket, sized; or return three inert orders."""
        strategy, is_buy = self._strategy, self._is_buy
        call = _SIGNATURE.bind(strategy, *args, **options)
        asked = {**call.arguments, **(call.arguments.get("oargs") or {})}
        data = asked.get("data")
        if isinstance(data, str):
            data = strategy.getdatabyname(data)
        elif data is None:
            data = strategy.datas[0]
        size = asked.get("size")
        if size is None:
            stop = asked.get("stopprice") if asked.get("stopexec", bt.Order.Stop) is not None else None
            price = asked.get("price") if asked.get("exectype", bt.Order.Limit) != bt.Order.Market else None
            price, stop = read("price", price), read("stop", stop, shown_as="stopprice")
            size = self._sizer.size_entry(data, is_long=is_buy, price=price, stop=stop)
        if not size:
            return [
                inert_order(strategy, data, is_buy=is_buy),
                *(inert_order(strategy, data, is_buy=not is_buy) for _ in range(2)),
            ]
        call.arguments.update(data=data, size=size)
        # By name on the class: a bound method kept here would find this very object again after unpickling.
        send = type(strategy).buy_bracket if is_buy else type(strategy).sell_bracket
        return send(*call.args, **call.kwargs)


def protect_brackets(strategy: Any, sizer: Any) -> None:
    """Let `sizer` size the brackets of a plain strategy, and refuse them without harm."""
    strategy.buy_bracket = SizedBracket(strategy, sizer, is_buy=True)
    strategy.sell_bracket = SizedBracket(strategy, sizer, is_buy=False)
