"""An opened position in plain text. Requires: its numbers and the account's after it. Gives: text to logs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bt_risk.maths.exposure import free_cash
from bt_risk.maths.heat import portfolio_heat
from bt_risk.maths.r_multiples import price_distance, r_multiple
from bt_risk.views.text import UNDEFINED, as_money, as_number, rate_text

RULE = "=" * 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPosition:
    """A position that was just opened, and the account with it.

    Capital, exposure and heat are three different things and are kept apart: the cash that is tied up, the market
    value that moves, and the money lost if every stop is hit. Shares of them are always of equity.

    Attributes
    ----------
    data, is_long
        Name of the instrument, and the side.
    units, entry
        Size and price of the fill.
    stop, target
        Prices; None where there is none.
    atr
        Average true range at the entry, NaN before it is known.
    capital, notional
        Cash that the position ties up (the margin of a leveraged one), and its market value.
    equity
        Of the account.
    total_capital, total_notional
        Of all positions, this one included.
    heat
        Of all positions, this one included, a fraction of equity.
    positions
        Open positions, this one included.
    concurrent
        Positions whose number made this one smaller; 0 where none did.
    """

    data: str
    is_long: bool
    units: float
    entry: float
    stop: float | None
    target: float | None
    atr: float
    capital: float
    notional: float
    equity: float
    total_capital: float
    total_notional: float
    heat: float
    positions: int
    concurrent: int = 0


def format_position_opened(opened: OpenedPosition) -> str:
    """Return what was opened and what it means for the account, a line a number, rates in percent.

    Free cash is equity less allocated capital; leverage is notional / capital of this position. What is undefined
    is ``n/a``, a stop or target that is not there is ``none``.

    Examples
    --------
    The second position of an account of 500, at three times leverage:

    >>> print(format_position_opened(OpenedPosition(
    ...     data="BNBUSDT", is_long=True, units=0.0751865, entry=623.45, stop=577.95, target=714.45, atr=18.2,
    ...     capital=15.625, notional=46.875, equity=500.0, total_capital=46.875, total_notional=140.625,
    ...     heat=0.0205259, positions=2, concurrent=1,
    ... )))
    POSITION OPENED: BNBUSDT
    ==============================
    Direction: LONG
    Entry: 623.45
    Size: 0.0751865 units for 15.62 (3.12 % of equity)
    Leverage: 3.0x
    ATR: 18.2
    Stop: 577.95 (7.3 % away, 2.5x ATR)
    Target: 714.45 (14.6 % away, 5.0x ATR)
    Reward to Risk: 2.0
    Free Cash: 453.12
    Allocated Capital: 46.88 (9.38 % of equity)
    Exposure: 140.62 (28.12 % of equity)
    Heat: 2.05 % of equity lost if every stop is hit
    Total Positions: 2
    Note: reduced because of 1 concurrent position
    """
    equity, reward = opened.equity, math.nan
    if opened.stop is not None and opened.target is not None:
        reward = r_multiple(opened.entry, opened.stop, opened.target, is_long=opened.is_long)
    leverage = opened.notional / opened.capital if opened.capital > 0.0 else math.nan
    lines = [
        f"POSITION OPENED: {opened.data}",
        RULE,
        f"Direction: {'LONG' if opened.is_long else 'SHORT'}",
        f"Entry: {_price(opened.entry)}",
        f"Size: {_price(opened.units)} units for {_money_and_share(opened.capital, equity)}",
        f"Leverage: {_multiple(leverage)}",
        f"ATR: {_price(opened.atr)}",
        f"Stop: {_level(opened.stop, opened)}",
        f"Target: {_level(opened.target, opened)}",
        f"Reward to Risk: {as_number(reward, 1)}",
        f"Free Cash: {as_money(free_cash(equity, [opened.total_capital]), 2)}",
        f"Allocated Capital: {_money_and_share(opened.total_capital, equity)}",
        f"Exposure: {_money_and_share(opened.total_notional, equity)}",
        f"Heat: {rate_text(opened.heat, 2)} of equity lost if every stop is hit",
        f"Total Positions: {opened.positions}",
    ]
    if opened.concurrent > 0:
        plural = "" if opened.concurrent == 1 else "s"
        lines.append(f"Note: reduced because of {opened.concurrent} concurrent position{plural}")
    return "\n".join(lines)


def _level(price: float | None, opened: OpenedPosition) -> str:
    """Return a stop or a target with its distance from the entry."""
    if price is None:
        return "none"
    multiple = abs(price - opened.entry) / opened.atr if opened.atr > 0.0 else math.nan
    return (
        f"{_price(price)} ({rate_text(price_distance(opened.entry, price))} away, {_multiple(multiple)} ATR)"
    )


def _money_and_share(amount: float, equity: float) -> str:
    return f"{as_money(amount, 2)} ({rate_text(portfolio_heat((amount,), equity), 2)} of equity)"


def _price(value: float) -> str:
    """Eight digits tell the ticks of every market apart and hide float dust."""
    return UNDEFINED if math.isnan(value) else f"{value:,.8g}"


def _multiple(value: float) -> str:
    return UNDEFINED if math.isnan(value) else f"{value:.1f}x"
