"""Exposure: how much of the market the book holds, in money or as a fraction of equity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import nan

from bt_risk.maths.heat import portfolio_heat
from bt_risk.maths.multipliers import concurrent_shares


def notional(size: float, price: float, multiplier: float = 1.0) -> float:
    """Return |size * price * multiplier|, the market value that a position moves with."""
    return abs(size * price * multiplier)


def gross_exposure(values: Iterable[float], equity: float) -> float:
    """Return the sum of |values| over equity: longs and shorts add up. Undefined as `portfolio_heat` is."""
    return portfolio_heat(map(abs, values), equity)


def net_exposure(values: Iterable[float], equity: float) -> float:
    """Return the sum of signed `values` over equity: shorts offset longs. NaN without equity."""
    return sum(values, 0.0) / equity if equity > 0.0 else nan


def correlated_exposure(
    values: Mapping[str, float], *, anchor: str, betas: Mapping[str, float] | None = None, beta: float = 0.7
) -> float:
    """Return the exposure to `anchor`, in money: its own value plus beta times every other value.

    `betas` overrides `beta` for a name. Sides do not offset each other: correlation fails when it is needed.
    """
    weights = betas or {}
    return sum(
        abs(value) * (1.0 if name == anchor else weights.get(name, beta)) for name, value in values.items()
    )


def grouped_exposure(
    values: Mapping[str, float], groups: Mapping[str, str], *, default: str = "other"
) -> dict[str, float]:
    """Return the sum of |value| of each group (sector, theme); names without a group share `default`."""
    totals: dict[str, float] = {}
    for name, value in values.items():
        group = groups.get(name, default)
        totals[group] = totals.get(group, 0.0) + abs(value)
    return totals


def exposure_bound(max_position: float, max_positions: int, *, is_concurrent: bool = False) -> float:
    """Return the largest exposure that position limits alone allow, as a fraction of equity.

    max_position * max_positions, or with the concurrent adjustment max_position * (1 + 1/2 + ... + 1/n).
    """
    if is_concurrent:
        return sum(concurrent_shares(max_position, max_positions), 0.0)
    return max_position * max_positions


def free_cash(equity: float, allocated: Iterable[float]) -> float:
    """Return equity less what open positions tie up; negative where they tie up more."""
    return equity - sum(allocated, 0.0)


def effective_positions(values: Iterable[float]) -> float:
    """Return 1 / sum(weight ** 2), the number of equal positions that would be as concentrated (Herfindahl).

    Weights are |value| over the invested total, cash left out. NaN for an empty book.
    """
    weights = _weights(values)
    return 1.0 / sum(weight * weight for weight in weights) if weights else nan


def concentration(values: Iterable[float]) -> float:
    """Return the largest weight of the invested total, cash left out; NaN for an empty book."""
    weights = _weights(values)
    return max(weights) if weights else nan


def _weights(values: Iterable[float]) -> list[float]:
    sizes = [abs(value) for value in values]
    total = sum(sizes)
    return [] if total == 0.0 else [size / total for size in sizes]
