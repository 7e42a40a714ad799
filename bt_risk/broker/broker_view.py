"""The one reader of Backtrader's broker. Gives: equity, positions, money per unit, to the desk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import backtrader as bt

from bt_risk.broker.currency import ConvertedScheme, read_rates
from bt_risk.broker.shadow_fills import fills_of
from bt_risk.rules.request import UnitTerms
from bt_risk.rules.shadow.fills import Fills


class BrokerView:
    """Read the account and the instruments' terms; change nothing.

    Money is in account currency: here, and nowhere else, that of an instrument with an ``fx`` is converted. Profit
    and loss always come from the instrument's own commission scheme, which knows its multiplier and its margin.
    """

    def __init__(self, broker: Any, datas: Sequence[Any]) -> None:
        self._broker = broker
        self._terms: dict[Any, Any] = {}
        self._rates = read_rates(datas, broker)
        # The datas whose rate can change from bar to bar.
        self.floating = {data for data, rate in self._rates.items() if not rate.is_fixed}
        self._equity = float(broker.getvalue())
        self.is_simulated = isinstance(broker, bt.brokers.BackBroker)
        # The value with every position at its last price, while the broker's takes a bar without one at its word.
        self.at_marks: float | None = None
        # Whether each of those prices is of the position's last bar.
        self.is_priced = True
        self._shares = self._share_value = 0.0
        if self.is_simulated:
            self._shares, self._share_value = broker.fundshares, broker.fundvalue

    def equity(self) -> float:
        """Return the broker's value at this bar's close; the last finite one while it is not a number."""
        value = self.value()
        if math.isfinite(value):
            self._equity = value
        return self._equity

    def value(self) -> float:
        """Return the broker's value, also where it is no number; what has no price is taken at its last one."""
        return float(self._broker.getvalue()) if self.at_marks is None else self.at_marks

    def value_at(self, marks: dict[Any, float]) -> float:
        """Return the account's value with each position at the price given, by the simulated broker's own rules."""
        total = self.cash()
        for data, price in marks.items():
            position, scheme = self._find(data), self._broker.getcommissioninfo(data)
            size = position.size
            value = scheme.getvaluesize(size, price)
            if not getattr(self._broker.p, "shortcash", True):
                value = abs(scheme.getvalue(position, price))
            if value > 0.0:
                gain = scheme.profitandloss(size, position.price, price)
                value = (value - gain) / scheme.get_leverage() + gain
            if not scheme.stocklike:
                # Cash already holds the gain up to the last close, whatever that was.
                value += scheme.profitandloss(size, position.adjbase, price)
            total += value
        return float(total)

    def cash_flow(self) -> float:
        """Return what was deposited (positive) or withdrawn since the last call.

        The simulated broker keeps shares of the account as a fund does: a flow buys or gives back shares at the
        value that one had before, and nothing else changes their number. Other brokers tell of no flows. A flow
        while the account's value is none leaves no number of shares: it counts as profit or loss from then on.
        """
        if not self.is_simulated:
            return 0.0
        shares, share_value = self._broker.fundshares, self._share_value
        flow = 0.0 if shares == self._shares else (shares - self._shares) * share_value
        self._shares, self._share_value = shares, self._broker.fundvalue
        return float(flow) if math.isfinite(flow) else 0.0

    def is_equity_known(self) -> bool:
        """Return whether the account's value is known now: a number at the prices of the positions' last bars."""
        return self.is_value_a_number() or (self.at_marks is not None and self.is_priced)

    def is_value_a_number(self) -> bool:
        """Return whether the broker's own value is a number."""
        return math.isfinite(self._broker.getvalue())

    def cash(self) -> float:
        """Return the free cash."""
        return float(self._broker.getcash())

    def position_size(self, data: Any) -> float:
        """Return the signed size held in `data`."""
        position = self._find(data)
        return position.size if position is not None else 0.0

    def entry_price(self, data: Any) -> float:
        """Return the average entry price of the position in `data`; NaN without one."""
        position = self._find(data)
        return position.price if position is not None and position.size else math.nan

    def _find(self, data: Any) -> Any:
        # A look-up through getposition() would add a key for every data, which the broker then visits each bar.
        if self.is_simulated:
            return self._broker.positions.get(data)
        return self._broker.getposition(data)

    def _scheme(self, data: Any) -> Any:
        scheme = self._terms.get(data)
        if scheme is None:
            scheme = self._broker.getcommissioninfo(data)
            if data in self._rates:
                scheme = ConvertedScheme(scheme, self._rates[data])
            self._terms[data] = scheme
        return scheme

    def see_rates(self) -> None:
        """Take in the rates of this bar."""
        for data in self.floating:
            self._rates[data].see()

    def rate(self, data: Any) -> float:
        """Return account currency per unit of the data's; NaN while its newest price is none."""
        rate = self._rates.get(data)
        if rate is None:
            return 1.0
        return rate.last if rate.is_known else math.nan

    def convert(self, data: Any, money: float) -> float:
        """Return money in the data's currency in the account's, at the last rate."""
        rate = self._rates.get(data)
        return money if rate is None else money * rate.last

    def fills(self) -> Fills:
        """Return how the broker prices what it fills."""
        return fills_of(self._broker)

    def pnl(self, data: Any, size: float, entry: float, exit_price: float) -> float:
        """Return the profit of `size` units (negative for a short) from `entry` to `exit_price`, before costs."""
        return float(self._scheme(data).profitandloss(size, entry, exit_price))

    def commission(self, data: Any, size: float, price: float) -> float:
        """Return the commission of one order of `size` units at `price`."""
        return abs(float(self._scheme(data).getcommission(abs(size), price)))

    def notional(self, data: Any, size: float, price: float) -> float:
        """Return the market value of `size` units, multiplier included, never negative."""
        return abs(self.pnl(data, size, 0.0, price))

    def leverage(self, data: Any, price: float) -> float:
        """Return the market value of one unit / the cash or margin that it ties up; NaN where that is nothing."""
        scheme = self._scheme(data)
        tied_up = float(scheme.getoperationcost(1.0, price) / scheme.get_leverage())
        return self.notional(data, 1.0, price) / tied_up if tied_up > 0.0 else math.nan

    def cash_to_open(self, data: Any, price: float, *, is_long: bool) -> float:
        """Return the cash that opening one unit takes: price or margin, 0 for a share sold short."""
        scheme = self._scheme(data)
        if scheme.stocklike and not is_long and getattr(self._broker.p, "shortcash", True):
            return 0.0
        return float(scheme.getoperationcost(1.0, price) / scheme.get_leverage())

    def unit_terms(
        self,
        data: Any,
        *,
        is_long: bool,
        price: float,
        stop: float | None,
        size: float = 1.0,
        places_stops: bool = True,
        overshoot: float = math.nan,
    ) -> UnitTerms:
        """Return what one unit risks and costs when `size` units are bought or sold at `price`.

        Commissions are taken at `size` and spread over it, so that a fee per order is not counted once per unit.
        `places_stops` tells whether a stop order will stand at `stop`, `overshoot` how far beyond it a stress fills.
        """
        side = 1.0 if is_long else -1.0
        notional = self.notional(data, 1.0, price)
        loss = notional if stop is None else max(0.0, -self.pnl(data, side, price, stop))
        exit_price = price if stop is None else stop
        return UnitTerms(
            loss=loss,
            entry_costs=self.commission(data, size, price) / size,
            exit_costs=self.commission(data, size, exit_price) / size,
            notional=notional,
            cash=self.cash_to_open(data, price, is_long=is_long),
            is_protected=places_stops and stop is not None,
            stressed_loss=math.nan if stop is None else self.loss_beyond(data, side, price, stop, overshoot),
        )

    def loss_beyond(self, data: Any, size: float, entry: float, stop: float, overshoot: float) -> float:
        """Return the loss of `size` units from `entry` when the stop fills `overshoot` beyond its price.

        Before costs, never negative; of a long never more than to a price of zero. NaN for an unknown overshoot.
        """
        if math.isnan(overshoot):
            return math.nan
        fill = max(0.0, stop - overshoot) if size > 0 else stop + overshoot
        return max(0.0, -self.pnl(data, size, entry, fill))
