"""What the positions held now would have made over the past. Requires: a strategy. Gives: scenarios of their profit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bt_risk.analyzers.equity_record import session_of, zone_of
from bt_risk.market.instruments import name_instruments
from bt_risk.maths.returns import periods_per_year

NOTHING_HELD = "no position was held when the run ended"
NO_EQUITY = "the equity was not above zero when the run ended"
FEW_PRICES = "the run kept no past prices of {name}: exactbars saves them away"
NO_SCENARIO = "the instruments held have fewer than two bars in common"


@dataclass(frozen=True, eq=False)
class BookScenarios:
    """Profit of each position in each past period, in fractions of today's equity; `profits` has a row a position.

    `periods_per_year` says how long a period is; `missing` why there are none.
    """

    names: tuple[str, ...] = ()
    sizes: tuple[float, ...] = ()
    prices: tuple[float, ...] = ()
    profits: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    periods_per_year: float = math.nan
    missing: str = ""


def book_scenarios(strategy: Any, equity: float, *, by_session: bool = False) -> BookScenarios:
    """Repeat every past return of the instruments on the positions as they stand: historical simulation.

    Each position of today is revalued from its price to price * (1 + return) by its own commission scheme. Returns are
    those between the bars that all instruments held have in common, so that what moved together stays together; with
    `by_session` between the last of them on each date.
    """
    names = name_instruments(list(strategy.datas))
    held = [
        (name, data, size)
        for name, data in zip(names, strategy.datas, strict=True)
        if (size := strategy.broker.getposition(data).size)
    ]
    if not held:
        return BookScenarios(missing=NOTHING_HELD)
    if not equity > 0.0:
        return BookScenarios(missing=NO_EQUITY)
    paths = []
    for name, data, _ in held:
        lines = data.lines
        if lines.close.mode != lines.close.UnBounded:
            return BookScenarios(missing=FEW_PRICES.format(name=name))
        bars = len(data)
        times, closes = np.array(lines.datetime.array[:bars]), np.array(lines.close.array[:bars])
        is_price = np.isfinite(closes) & (closes > 0.0)
        # The last of several bars of one time stands for it.
        times, last = np.unique(times[is_price][::-1], return_index=True)
        paths.append((times, closes[is_price][::-1][last]))
    common = reduce(np.intersect1d, [times for times, _ in paths])
    if by_session:
        zone = zone_of(strategy)
        sessions = np.array([session_of(time, zone) for time in common.tolist()])
        common = common[np.diff(sessions, append=np.inf) > 0]
    if common.size < 2:
        return BookScenarios(missing=NO_SCENARIO)
    profits, prices = [], []
    for (_, data, size), (times, closes) in zip(held, paths, strict=True):
        path = closes[np.isin(times, common)]
        price = float(closes[-1])
        prices.append(price)
        profits.append(_profits(strategy, data, size, price, path[1:] / path[:-1] - 1.0) / equity)
    return BookScenarios(
        tuple(name for name, _, _ in held),
        tuple(float(size) for _, _, size in held),
        tuple(prices),
        np.array(profits),
        periods_per_year(common),
    )


def _profits(
    strategy: Any, data: Any, size: float, price: float, returns: NDArray[np.float64]
) -> NDArray[np.float64]:
    gain = strategy.broker.getcommissioninfo(data).profitandloss
    return np.array([gain(size, price, price * (1.0 + change)) for change in returns.tolist()])


def component_shortfalls(profits: NDArray[np.float64], alpha: float) -> list[float]:
    """Return each position's part of the book's historical expected shortfall: they sum to it.

    The mean loss of each over the scenarios at or below the book's alpha-quantile (Tasche 1999). A part below zero
    hedges the others. Losses are positive fractions of equity; NaN without scenarios.
    """
    book = profits.sum(axis=0)
    if not book.size:
        return [math.nan] * len(profits)
    tail = 1.0 - alpha if alpha > 0.5 else alpha
    quantile = float(np.quantile(book, tail))
    is_worst = book <= quantile + 1e-9 * abs(quantile)
    return [-float(row[is_worst].mean()) for row in profits]
